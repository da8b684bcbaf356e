/** Entry: gets ready for `npm run test:runtime` what takes long, and says which runtime client it will use. */
import { buildRuntimeClient, findRuntimeClient, whyNotBuilt } from "./runtime-client.ts";

const reason = whyNotBuilt();
try {
  if (reason) throw new Error(reason);
  buildRuntimeClient();
} catch (error) {
  if (process.env.PROOFS === "required") throw error;
  console.log(`Not built: ${(error as Error).message}.`);
}
console.log(`Runtime client: ${findRuntimeClient().name}`);
