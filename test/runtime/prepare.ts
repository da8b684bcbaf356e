/** Entry: gets ready for `npm run test:runtime` what takes long, and says which runtime client it will use. */
import { buildRuntimeClient, findRuntimeClient, whyNotBuilt } from "./runtime-client.ts";

const reason = whyNotBuilt();
if (reason) console.log(`Not built: ${reason}.`);
else buildRuntimeClient();
console.log(`Runtime client: ${findRuntimeClient().name}`);
