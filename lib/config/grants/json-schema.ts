/** Pure: the JSON Schema of `grants`, which lets an editor complete and check a file of its own. */
import { z } from "zod";
import { grantsSchema } from "./schema.ts";

/** @returns the content of docs/grants.schema.json. */
export function grantsJsonSchema(): object {
  const { properties, ...schema } = z.toJSONSchema(grantsSchema, { io: "input" });
  return { ...schema, title: "grants", properties: { $schema: { type: "string" }, ...properties } };
}
