/** Entry: the page of `npm start`: sign in, get a token, pass it to Mindset's SDK, see it fail. */
import { createTokenSource } from "../token-source/index.ts";
import { querySelectorOrThrow } from "./element.ts";
import { changeControls, readSettings } from "./local-server.ts";
import { openSession } from "./session/open.ts";
import { addFaultStep } from "./steps/fault.ts";
import { addSdkStep } from "./steps/sdk.ts";
import { addSignInStep } from "./steps/sign-in.ts";
import { addTokenStep } from "./steps/token.ts";

const settings = await readSettings();
await changeControls({}); // a reload in the middle of a trial leaves no fault behind
const session = await openSession(settings.signIn);
const { endpoint } = settings;
const source = createTokenSource({ endpoint, ...session.credentials });

querySelectorOrThrow("#page-url").textContent = location.origin;
querySelectorOrThrow("#api-url").textContent = new URL(endpoint).origin;
querySelectorOrThrow("#mindset-url").textContent = settings.mindsetUrl;
addSignInStep(session, settings.signIn);
addTokenStep({ session, source });
addSdkStep({ session, source, settings });
addFaultStep({ session, source, settings });
document.body.dataset.ready = "true";
