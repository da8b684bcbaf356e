/** Edge (network, clock): the faults of the fake Mindset API, by name. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Reply } from "../../http/reply.ts";
import * as hostile from "./hostile-responses.ts";

/** A fault: its description for developers, and how it answers. */
export interface Fault {
  description: string;
  answer(exchange: FaultExchange): unknown;
}

/** What a fault gets. */
export interface FaultExchange extends hostile.Exchange {
  /** The three digits of the name, e.g. 503 for `status-503`. */
  status: number;
  settings: FaultSettings;
  /** Sends a response. */
  send(reply: Reply): void;
}

/** A fault and its options. */
export interface FaultSettings {
  /** e.g. `status-503`. */
  fault: string;
  /** The number of requests affected. @default - all, until it is cleared */
  times?: number;
  /** The probability for each request, e.g. 0.05. @default 1 */
  probability?: number;
  /** The header `retry-after` of `status-NNN`. @default - none */
  retryAfter?: string;
  /** The target of `redirect-NNN`. @default "/elsewhere" */
  location?: string;
  /** Milliseconds for `delay` and `drip`. @default - see the description of the fault */
  ms?: number;
}

/** By name; `NNN` in a name means any three digits. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  // Valid responses
  ok: {
    description: "a valid response with status 200 instead of 201",
    answer: ({ send, reply }) => send(whenServed(reply(), ({ body }) => ({ status: 200, body }))),
  },
  "extra-fields": {
    description: "a valid response with additional fields",
    answer: ({ send, reply }) =>
      send(
        whenServed(reply(), ({ status, body }) => ({ status, body: { ...Object(body), user: { id: 42 }, roles: [] } })),
      ),
  },
  delay: {
    description: "a valid response after `ms` milliseconds (default 3900)",
    answer: ({ send, reply, settings }) => sleep(settings.ms ?? 3900).then(() => send(reply())),
  },
  "huge-headers": {
    description: "a valid response with 20 KB of headers",
    answer: ({ send, reply }) => send({ ...reply(), headers: { "x-padding": Array(20).fill("p".repeat(1024)) } }),
  },

  // Errors and redirects
  "status-NNN": {
    description: "the status NNN, e.g. status-503; `retryAfter` sets the header retry-after",
    answer: ({ send, status, settings: { retryAfter } }) =>
      send({
        status,
        ...(retryAfter !== undefined && { headers: { "retry-after": retryAfter } }),
      }),
  },
  "redirect-NNN": {
    description: "a redirect with the status NNN, e.g. redirect-307, to the URL in `location`",
    answer: ({ send, status, settings: { location = "/elsewhere" } }) => send({ status, headers: { location } }),
  },

  // The connection
  "hang-up": { description: "closes the connection without a response", answer: hostile.hangUp },
  reset: { description: "resets the connection without a response", answer: hostile.reset },
  "reset-in-body": { description: "resets the connection in the middle of the body", answer: hostile.resetInBody },
  "end-in-body": { description: "ends the connection in the middle of the body", answer: hostile.endInBody },
  silence: { description: "sends no response", answer: () => {} },
  "headers-then-silence": { description: "sends headers and no body", answer: hostile.sendHeadersOnly },
  drip: {
    description: "a valid response, one byte every `ms` milliseconds (default 200)",
    answer: (exchange) => hostile.drip(exchange, exchange.settings.ms ?? 200),
  },

  // 200 without a valid token
  html: {
    description: "200 with an HTML page",
    answer: ({ send }) => send({ headers: { "content-type": "text/html" }, body: "<!doctype html><title>Hi</title>" }),
  },
  empty: { description: "200 without a body", answer: ({ send }) => send({ body: "" }) },
  null: { description: "200 with null", answer: ({ send }) => send({ body: "null" }) },
  array: { description: "200 with []", answer: ({ send }) => send({ body: "[]" }) },
  "invalid-utf8": {
    description: "200 with a token that is not UTF-8",
    answer: ({ send }) => send({ body: Buffer.from('{"authToken":"\xff\xfe"}', "latin1") }),
  },
  "token-missing": {
    description: "200 with an object that has no authToken",
    answer: ({ send }) => send({ body: { token: "here" } }),
  },
  "token-empty": { description: "200 with an empty token", answer: ({ send }) => send({ body: { authToken: "" } }) },
  "token-number": {
    description: "200 with a number as token",
    answer: ({ send }) => send({ body: { authToken: 42 } }),
  },
  "token-too-long": {
    description: "200 with a token of 8193 characters",
    answer: ({ send }) => send({ body: { authToken: "t".repeat(8193) } }),
  },
  "token-crlf": {
    description: "200 with CR LF in the token",
    answer: ({ send }) => send({ body: { authToken: "token\r\nx-injected: 1" } }),
  },

  // Too large
  "huge-body": { description: "200 with a body of 200 MB", answer: hostile.sendHugeBody },
  "gzip-bomb": { description: "200 with 1 MB of gzip that unpacks to 1 GB", answer: hostile.sendGzipBomb },
};

function whenServed(reply: Reply, change: (reply: Reply) => Reply): Reply {
  return (reply.status ?? 200) < 300 ? change(reply) : reply;
}
