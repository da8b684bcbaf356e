/** Checks a key with Mindset (network): lists the application's agents, which changes nothing. */
import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import { text } from "node:stream/consumers";
import { TokenError } from "../../lambda/token/errors.ts";
import { type MindsetRequest, parseMindsetReply, toMindsetRequest } from "../../lambda/token/mindset/protocol.ts";
import { connectionOptions } from "./connection.ts";
import { SetKeyError, type SetKeySettings } from "./settings.ts";

type Target = Pick<SetKeySettings, "apiOrigin" | "appUid">;
type Request = Omit<MindsetRequest, "method" | "body"> & { method: string; body?: string };

/** The Mindset user that gets a token where only a token can show that the key is good. Mindset keeps it. */
export const CHECK_USER = "mindset-token-endpoint-probe";

const TIMEOUT_MS = 15_000;

/**
 * Asks for the list of agents, `GET /api/v2/appuid/{appUid}/agents`. Where Mindset answers 404, which a good key gets too
 * when there are no agents, it asks for a token of {@link CHECK_USER} instead.
 *
 * @returns what showed that the key is good, as a sentence.
 * @throws SetKeyError when Mindset rejects the key, and when the check has no clear result.
 */
export async function checkKey(key: string, target: Target): Promise<string> {
  const path = `/api/v2/appuid/${target.appUid}/agents`;
  const headers = { accept: "application/json", "x-api-key": key };
  const { status, body } = await exchange({ method: "GET", path, headers }, target);
  if (status === 404) return requestToken(key, target);
  if (status !== 200) throw new SetKeyError(`${explain(status)} Nothing was stored.`);
  if (!isAgentList(body)) throw new SetKeyError(NOT_MINDSET);
  return "Mindset accepts the key: it listed the application's agents.";
}

async function requestToken(key: string, target: Target): Promise<string> {
  const caller = { subject: CHECK_USER, mindsetUser: { externalId: CHECK_USER }, name: undefined };
  const request = toMindsetRequest({ ...target, apiKey: key, caller, tokenRequest: { name: undefined } });
  const { status, body } = await exchange(request, target);
  try {
    parseMindsetReply({ status, retryAfter: undefined, body: Buffer.from(body) }, Date.now());
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    const reason = status < 300 ? `The key could not be checked: ${error.message}` : explain(status);
    throw new SetKeyError(`${reason} Nothing was stored.`, { cause: error });
  }
  return `Mindset lists no agents (404), so a token was requested: Mindset accepts the key, and now has the user ${CHECK_USER}.`;
}

async function exchange({ body, ...head }: Request, { apiOrigin }: Target): Promise<{ status: number; body: string }> {
  const { promise: answer, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const isHttps = apiOrigin.protocol === "https:";
  const agent = isHttps ? new HttpsAgent(connectionOptions()) : new HttpAgent(connectionOptions());
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const request = (isHttps ? requestHttps : requestHttp)({ ...apiOrigin, ...head, agent, signal }, resolve);
  request.on("error", reject).end(body);
  try {
    const response = await answer;
    return { status: response.statusCode ?? 0, body: await text(response) };
  } catch (error) {
    throw new SetKeyError(`The key could not be checked: ${unreachable(error, apiOrigin.hostname)}`, { cause: error });
  }
}

function explain(status: number): string {
  if (status === 401) return MISSING_HEADER;
  if (status === 403) return "Mindset rejects this key (403): it is wrong, deleted, or for another application.";
  if (status === 404) return "Mindset does not know this application (404): check --app-uid.";
  return `The key could not be checked: Mindset answered ${status}. Try again later.`;
}

function unreachable(error: unknown, hostname: string): string {
  const { code, name } = Object(error);
  return `${hostname} did not answer (${typeof code === "string" ? code : name}).
Check the network, and HTTPS_PROXY if you need a proxy. Nothing was stored.`;
}

function isAgentList(body: string): boolean {
  try {
    return Array.isArray(JSON.parse(body).agents);
  } catch {
    return false;
  }
}

const MISSING_HEADER = "Mindset received no key (401): a proxy or other intermediary removed the header x-api-key.";

const NOT_MINDSET = `The key could not be checked: the answer is not a list of agents, so it may not come from Mindset.
Check --api-host and the proxy, if there is one. Nothing was stored.`;
