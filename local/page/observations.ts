/** Pure: what the stand-ins have recorded -> what the page may see of it: no API key, and no whole token. */
import type { ObservedExchange } from "../../web/page/local-protocol.ts";
import type { RecordedRequest } from "../mindset/records.ts";

/** The headers that matter; the others are Node's. */
const SHOWN_HEADERS = ["content-type", "x-api-key"];

/** Shows one request to Mindset, and what came back. */
export function toObservedExchange({ method, path, headers, body, answer }: RecordedRequest): ObservedExchange {
  const shown = SHOWN_HEADERS.filter((name) => headers[name] !== undefined);
  return {
    request: `${method} ${path}`,
    headers: Object.fromEntries(shown.map((name) => [name, name === "x-api-key" ? "(hidden)" : String(headers[name])])),
    body: body.toString(),
    ...(answer.status && { status: answer.status }),
    answer: toShownAnswer(answer),
  };
}

function toShownAnswer({ status, body, fault }: RecordedRequest["answer"]): string {
  if (body !== undefined) return JSON.stringify(body, shortenToken);
  return status ? `(failing on demand: ${fault})` : "(no answer)";
}

function shortenToken(name: string, value: unknown): unknown {
  return name === "authToken" ? `${String(value).slice(0, 16)}…` : value;
}
