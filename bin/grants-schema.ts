/** Prints the JSON Schema of `grants`: `npm run build:schema` writes docs/grants.schema.json. */
import { grantsJsonSchema } from "../lib/config/grants/json-schema.ts";

console.log(JSON.stringify(grantsJsonSchema(), null, 2));
