/** Edge (document): shows what API Gateway and Mindset were asked, and what they answered. */
import { createElement } from "../element.ts";
import type { ObservedExchange, ObservedRequest } from "../local-protocol.ts";
import { toSeconds } from "./report-text.ts";

/** A table of the requests to the endpoint. */
export function toRequestTable(requests: ObservedRequest[]): HTMLElement {
  const startedAtMs = requests[0]?.startedAtMs ?? 0;
  const rows = requests.map((request) =>
    toRow("td", [
      toSeconds(request.startedAtMs - startedAtMs),
      request.method === "OPTIONS" ? "OPTIONS (CORS preflight)" : request.method,
      toStatus(request.status),
      request.durationMs === undefined ? "" : toSeconds(request.durationMs),
    ]),
  );
  const caption = createElement("caption", {}, "What API Gateway was asked");
  return createElement("table", {}, caption, toRow("th", ["At", "Request", "Answer", "Took"]), ...rows);
}

/** Each request to Mindset, beside its answer. */
export function toExchangeList(exchanges: ObservedExchange[]): HTMLElement {
  return createElement(
    "ol",
    { className: "exchanges" },
    ...exchanges.map(({ request, headers, body, status, answer }) => {
      const headerLines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
      return createElement(
        "li",
        {},
        toFigure("Mindset was sent", [request, ...headerLines, "", body].join("\n")),
        toFigure("Mindset answered", status === undefined ? answer : `${status}\n\n${answer}`),
      );
    }),
  );
}

function toRow(tag: "th" | "td", cells: (Node | string)[]): HTMLElement {
  return createElement("tr", {}, ...cells.map((cell) => createElement(tag, {}, cell)));
}

function toStatus(status: number | undefined): HTMLElement {
  const isGood = status !== undefined && status < 400;
  return createElement("span", { className: isGood ? "status good" : "status bad" }, String(status ?? "given up"));
}

function toFigure(caption: string, text: string): HTMLElement {
  return createElement("figure", {}, createElement("figcaption", {}, caption), createElement("pre", {}, text));
}
