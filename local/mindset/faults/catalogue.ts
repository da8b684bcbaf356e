/** Edge (network, clock): everything that can go wrong with Mindset, by name. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Reply } from "../../http/reply.ts";
import * as hostile from "./hostile-responses.ts";

/** One way to fail: what it looks like from outside, and how it is done. */
export interface Fault {
  description: string;
  answer(exchange: FaultExchange): unknown;
}

/** What a fault may work with. */
export interface FaultExchange extends hostile.Exchange {
  /** The three digits of the name, e.g. 503 for `status-503`. */
  status: number;
  settings: FaultSettings;
  /** Sends an answer at once. */
  send(reply: Reply): void;
}

/** Which fault, and its particulars. */
export interface FaultSettings {
  /** e.g. `status-503`. */
  fault: string;
  /** How many requests it befalls. @default - all, until it is cleared */
  times?: number;
  /** How likely it is, e.g. 0.05. @default 1 */
  probability?: number;
  /** The header `retry-after` of `status-NNN`. @default - none */
  retryAfter?: string;
  /** Where `redirect-NNN` leads. @default "/elsewhere" */
  location?: string;
  /** Milliseconds for `delay` and `drip`. @default - as described */
  ms?: number;
}

/** By name; `NNN` in a name stands for any three digits. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  // Served, though not as usual
  created: {
    description: "a valid answer with status 201",
    answer: ({ send, reply }) => send(whenServed(reply(), ({ body }) => ({ status: 201, body }))),
  },
  "extra-fields": {
    description: "a valid answer with fields that nobody asked for",
    answer: ({ send, reply }) =>
      send(
        whenServed(reply(), ({ status, body }) => ({ status, body: { ...Object(body), user: { id: 42 }, roles: [] } })),
      ),
  },
  delay: {
    description: "a valid answer after `ms` milliseconds (3900 when not given)",
    answer: ({ send, reply, settings }) => sleep(settings.ms ?? 3900).then(() => send(reply())),
  },
  "huge-headers": {
    description: "a valid answer under 20 KB of headers",
    answer: ({ send, reply }) => send({ ...reply(), headers: { "x-padding": Array(20).fill("p".repeat(1024)) } }),
  },

  // Refused or redirected
  "status-NNN": {
    description: "that status, e.g. status-503; with `retryAfter`, if given, as the header",
    answer: ({ send, status, settings: { retryAfter } }) =>
      send({
        status,
        ...(retryAfter !== undefined && { headers: { "retry-after": retryAfter } }),
        body: { message: `failing on demand with ${status}` },
      }),
  },
  "redirect-NNN": {
    description: "that redirect, e.g. redirect-307, to the URL in `location`",
    answer: ({ send, status, settings: { location = "/elsewhere" } }) => send({ status, headers: { location } }),
  },

  // The connection
  "hang-up": { description: "closes the connection instead of answering", answer: hostile.hangUp },
  reset: { description: "resets the connection instead of answering", answer: hostile.reset },
  "reset-in-body": { description: "resets the connection in the middle of the body", answer: hostile.resetInBody },
  "end-in-body": { description: "ends the connection in the middle of the body", answer: hostile.endInBody },
  silence: { description: "never answers", answer: () => {} },
  "headers-then-silence": { description: "sends headers, and then nothing", answer: hostile.sendHeadersOnly },
  drip: {
    description: "a valid answer, one byte every `ms` milliseconds (200 when not given)",
    answer: (exchange) => hostile.drip(exchange, exchange.settings.ms ?? 200),
  },

  // 200, but no token
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

  // Too much
  "huge-body": { description: "200 with a body of 200 MB", answer: hostile.sendHugeBody },
  "gzip-bomb": { description: "200 with 1 MB of gzip that unpacks to 1 GB", answer: hostile.sendGzipBomb },
};

function whenServed(reply: Reply, change: (reply: Reply) => Reply): Reply {
  return (reply.status ?? 200) < 300 ? change(reply) : reply;
}
