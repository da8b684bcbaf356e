/** Entry: reads the settings from the environment, and creates the handler once per cold start. */
import { createFailingHandler, createHandler } from "./handler.ts";
import { parseSignIn } from "./settings.ts";

/** The Lambda handler of the authorizer: REQUEST event (payload format 2.0) to simple response. */
export const handler = createHandlerOrFail();

function createHandlerOrFail() {
  try {
    return createHandler(parseSignIn(process.env.SIGN_IN));
  } catch (reason) {
    return createFailingHandler(reason);
  }
}
