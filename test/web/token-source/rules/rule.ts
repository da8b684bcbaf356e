/** What a token source promises, one rule each, in a form that runs in Node and in a browser. */
import { createTokenSource, TokenSourceError, type TokenSourceOptions } from "../../../../web/token-source/index.ts";
import type { ScriptedAnswer } from "../../../support/scripted-endpoint.ts";

/** A promise, and how to see that it is kept. */
export interface Rule {
  /** A sentence about a token source. */
  title: string;
  /** What the endpoint answers, in this order. @default - a token every time */
  answers?: ScriptedAnswer[];
  /** What the page does. */
  act(kit: Kit): Promise<unknown>;
  /** What comes of that, as JSON. */
  outcome: unknown;
  /** The access tokens that the endpoint saw. @default - the first, once */
  sent?: string[];
  /** Least and most milliseconds between one request and the next. @default - any */
  waitsMs?: [number, number][];
}

/** What a rule works with. */
export interface Kit {
  endpoint: string;
  /** Makes a source whose user has the access token `sentinel-1`, and `sentinel-2` when that is refreshed. */
  source(options?: Partial<TokenSourceOptions>): ReturnType<typeof createTokenSource>;
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
 * Waits for a call to fail.
 *
 * @returns what the error says. Fails when there is anything of a token or of the endpoint's message in it.
 */
export async function failureOf(call: Promise<unknown>): Promise<object> {
  const error = await call.then(
    (value) => new Error(`it gave ${value}`),
    (reason) => reason,
  );
  if (!(error instanceof TokenSourceError)) throw error;
  const { code, status, requestId, retryable, retryAfterSeconds, message, stack, cause } = error;
  const said = JSON.stringify([error, message, stack, String(cause)]);
  if (said.includes("sentinel") || cause !== undefined) throw new Error(`it says too much: ${said}`);
  return { code, status, requestId, retryable, retryAfterSeconds };
}

/** Makes the kit for one rule. */
export function createKit(endpoint: string): Kit {
  return {
    endpoint,
    source: (options) =>
      createTokenSource({
        endpoint,
        getAccessToken: async ({ refresh }) => (refresh ? "sentinel-2" : "sentinel-1"),
        ...options,
      }),
  };
}

/** Runs a rule's page. */
export async function actOut({ act }: Rule, endpoint: string): Promise<unknown> {
  return JSON.parse(JSON.stringify(await act(createKit(endpoint))));
}
