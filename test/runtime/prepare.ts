/** Builds AWS's runtime client for `npm run test:runtime`, and prints which runtime client the tests will use. */
import { buildRuntimeClient, findRuntimeClient, whyNotBuilt } from "../support/lambda-runtime/runtime-client.ts";

const reason = whyNotBuilt();
try {
  if (reason) throw new Error(reason);
  buildRuntimeClient();
} catch (error) {
  if (process.env.E2E === "required") throw error;
  console.log(`Not built: ${(error as Error).message}.`);
}
console.log(`Runtime client: ${findRuntimeClient().name}`);
