/** Rules that a token source keeps, in a form that runs in Node and in a browser. */
import {
  createTokenSource,
  type TokenSource,
  TokenSourceError,
  type TokenSourceOptions,
} from "../../../../web/token-source/index.ts";
import type { ScriptedAnswer } from "../../../support/servers/scripted-endpoint.ts";

/** One rule, and how to check it. */
export interface Rule {
  /** A sentence about a token source. */
  title: string;
  /** The endpoint's answers, in order. @default - a token every time */
  answers?: ScriptedAnswer[];
  /** What the page does. */
  act(kit: Kit): Promise<unknown>;
  /** What `act` returns, as JSON. */
  outcome: unknown;
  /** The access tokens that the endpoint received; `""` for a request without one. @default - the first, once */
  sent?: string[];
  /** Least and most milliseconds between one request and the next. @default - any */
  waitsMs?: [number, number][];
}

/** What a rule gets. */
export interface Kit {
  endpoint: string;
  /** Creates a source whose user has the access token `sentinel-1`, and `sentinel-2` after a refresh. */
  source(options?: Partial<Exclude<TokenSourceOptions, { credentials: "include" }>>): TokenSource;
  /** Creates a source whose user is known by a cookie. */
  cookieSource(options?: { renewSession: () => unknown }): TokenSource;
}

/** The endpoint's answer with a token. */
export function token(authToken = "mindset-token"): ScriptedAnswer {
  return { body: { authToken } };
}

/** The endpoint's answer with an error of the function. */
export function failure(
  status: number,
  code: string,
  retryable: boolean,
  retryAfter?: string | (() => string),
): ScriptedAnswer {
  return {
    status,
    headers: { "x-request-id": "request-1", ...(retryAfter !== undefined && { "retry-after": retryAfter }) },
    body: { code, message: "sentinel-message", requestId: "request-1", retryable },
  };
}

/** API Gateway's own answer. */
export function gatewayFailure(status: number, message: string): ScriptedAnswer {
  return { status, body: { message } };
}

/**
 * Waits for a call to fail, and checks that the error contains nothing of a token or of the endpoint's message.
 *
 * @returns what the error says.
 */
export async function failureOf(call: Promise<unknown>): Promise<object> {
  const error = await call.then(
    (value) => new Error(`the call returned ${value}`),
    (reason) => reason,
  );
  if (!(error instanceof TokenSourceError)) throw error;
  const { code, status, requestId, retryable, retryAfterSeconds, message, stack, cause } = error;
  const said = JSON.stringify([error, message, stack, String(cause)]);
  if (said.includes("sentinel") || cause !== undefined) throw new Error(`the error says too much: ${said}`);
  return { code, status, requestId, retryable, retryAfterSeconds };
}

/** Creates the kit of one rule. */
export function createKit(endpoint: string): Kit {
  return {
    endpoint,
    source: (options) =>
      createTokenSource({
        endpoint,
        getAccessToken: async ({ refresh }) => (refresh ? "sentinel-2" : "sentinel-1"),
        ...options,
      }),
    cookieSource: (options) => createTokenSource({ endpoint, credentials: "include", ...options }),
  };
}

/** Runs a rule's page. */
export async function actOut({ act }: Rule, endpoint: string): Promise<unknown> {
  return JSON.parse(JSON.stringify(await act(createKit(endpoint))));
}
