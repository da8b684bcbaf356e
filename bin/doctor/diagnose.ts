/** Runs the checks (network), the most helpful first; a check that needs a failed one is left out. */
import type { JSONWebKeySet } from "jose";
import { checkConnection, checkRefusals } from "./checks/endpoint.ts";
import { checkIssuer, isSafe } from "./checks/issuer.ts";
import { checkIssuing } from "./checks/issuing.ts";
import { checkForm, checkToken, decodeJwt } from "./checks/token.ts";
import { type Finding, fail, pass, skip } from "./report.ts";
import { NO_ANSWER_ADVICE, request } from "./request.ts";
import { identityOf, type SignInFacts } from "./sign-in.ts";

/** What to check. */
export interface DoctorOptions {
  /** The endpoint, e.g. `https://abc123.execute-api.eu-west-1.amazonaws.com/api/getusertoken`. */
  url?: string;
  /** Origins of the pages that may call. @default - those of the settings or the stack */
  origins?: string[];
  /** An access token of a user. @default - what needs one is skipped */
  token?: string;
  /** Name of a deployed stack, which also says the URL and the sign-in. */
  stack?: string;
  /** The sign-in as `cdk.json` has it, and Mindset's host. */
  config?: { signIn: SignInFacts; apiHost: string };
  /** @default Date.now() */
  nowMs?: number;
}

/** Used when the sign-in is unknown. */
const UNKNOWN: SignInFacts = { type: "jwt", issuers: [], allowedOrigins: [], identity: identityOf({}) };

/** @returns every finding as it is made. */
export async function* diagnose(options: DoctorOptions): AsyncGenerator<Finding> {
  const { token, config } = options;
  const aws = options.stack === undefined ? undefined : await import("./checks/stack.ts"); // the AWS SDK loads slowly
  const stack = yield* aws?.readStack(options.stack ?? "") ?? [];
  const facts = stack?.signIn ?? config?.signIn ?? UNKNOWN;
  const url = options.url ?? stack?.url ?? "";
  const origins = options.origins?.length ? options.origins : facts.allowedOrigins;

  if (config) yield await checkApiHost(config.apiHost);
  const answers = url !== "" && (yield* checkConnection(url));
  if (answers) yield* checkRefusals(url, origins, facts.cookie !== undefined);
  const keysOf = yield* checkIssuers(facts, token);
  if (token === undefined) {
    yield skip("token", "pipe an access token of a user in, with --token -");
  } else {
    const isRefused = yield* checkTokenOf(facts, { token, keysOf, nowMs: options.nowMs ?? Date.now() });
    if (answers) yield* checkIssuing(url, { headers: toHeaders(token, facts, origins), isRefused });
  }
  if (aws && stack) yield* aws.checkAlarms(stack.alarmNames);
  if (aws && stack?.target) yield* aws.checkSecret(stack.target);
  else if (stack)
    yield skip(
      "key in the secret",
      "the stack's API host is not known or not one of Mindset's, so the key is not read",
    );
}

type Keys = Map<string, JSONWebKeySet | undefined>;

/** @returns whether the endpoint will refuse the token. */
async function* checkTokenOf(
  facts: SignInFacts,
  { token, keysOf, nowMs }: { token: string; keysOf: Keys; nowMs: number },
): AsyncGenerator<Finding, boolean> {
  if (facts.type === "userinfo" || facts.type === "lambda") {
    yield skip("token", `with signIn.type ${facts.type} only the sign-in itself can read it`);
    return false;
  }
  const form = checkForm(token);
  yield form;
  const jwt = decodeJwt(token);
  let isRefused = form.status === "fail";
  if (!jwt) return isRefused;
  for await (const finding of checkToken(token, jwt, { facts, keys: keysOf.get(String(jwt.claims.iss)), nowMs })) {
    yield finding;
    isRefused ||= finding.status === "fail";
  }
  return isRefused;
}

/** The configured issuers, or else the one that the token names. */
async function* checkIssuers({ type, issuers }: SignInFacts, token: string | undefined): AsyncGenerator<Finding, Keys> {
  const keysOf: Keys = new Map();
  const named = token === undefined ? undefined : decodeJwt(token)?.claims.iss;
  const fromToken = typeof named === "string" && isSafe(named) ? [{ issuer: named }] : [];
  for (const issuer of issuers.length > 0 ? issuers : fromToken) {
    keysOf.set(issuer.issuer, yield* checkIssuer(issuer, type));
  }
  if (keysOf.size === 0) yield skip("issuer", "it is not known; add --config, --stack or --token -");
  return keysOf;
}

/** Every answer passes: without a key, Mindset refuses. */
async function checkApiHost(apiHost: string): Promise<Finding> {
  const check = `Mindset's API host ${apiHost}`;
  const { noAnswer } = await request(apiHost.startsWith("http://") ? apiHost : `https://${apiHost}/`);
  return noAnswer ? fail(check, noAnswer.reason, NO_ANSWER_ADVICE[noAnswer.kind]) : pass(check);
}

function toHeaders(token: string, { cookie }: SignInFacts, [origin]: readonly string[]): Record<string, string> {
  if (cookie === undefined) return { authorization: `Bearer ${token}` };
  return { cookie: `${cookie}=${token}`, ...(origin && { origin }) };
}
