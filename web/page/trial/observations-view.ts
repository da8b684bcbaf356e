/** Edge (document): shows the requests to API Gateway and Mindset, and the users of Mindset. */
import { createElement } from "../element.ts";
import type { ObservedExchange, ObservedRequest, ObservedUser } from "../local-protocol.ts";
import { toSeconds } from "./report-text.ts";

/** Creates a table of the requests to the endpoint. */
export function toRequestTable(requests: ObservedRequest[]): HTMLElement {
  const startedAtMs = requests[0]?.startedAtMs ?? 0;
  const rows = requests.map((request) => [
    toSeconds(request.startedAtMs - startedAtMs),
    request.method === "OPTIONS" ? "OPTIONS (CORS preflight)" : request.method,
    toStatus(request),
    request.durationMs === undefined ? "" : toSeconds(request.durationMs),
  ]);
  return toTable("Requests to API Gateway", ["Start", "Request", "Response", "Duration"], rows);
}

/** Creates a list of the requests to Mindset, each next to its response. */
export function toExchangeList(exchanges: ObservedExchange[]): HTMLElement {
  return createElement(
    "ol",
    { className: "exchanges" },
    ...exchanges.map(({ request, headers, body, status, answer }) => {
      const headerLines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
      return createElement(
        "li",
        {},
        toFigure("Request to Mindset", [request, ...headerLines, "", body].join("\n")),
        toFigure("Response of Mindset", status === undefined ? answer : `${status}\n\n${answer}`),
      );
    }),
  );
}

/** Creates a table of the users that Mindset has stored, with the accounts and tenants that were granted. */
export function toUserTable(users: ObservedUser[]): HTMLElement {
  const rows = users.map(({ id, name, accountUids, tenants }) => [
    createElement("code", {}, id),
    name,
    accountUids.join(", ") || "none",
    tenants.join(", ") || "none",
  ]);
  return toTable("Users of Mindset so far", ["Id", "Name", "Accounts", "Administrator of"], rows);
}

function toTable(caption: string, head: string[], rows: (Node | string)[][]): HTMLElement {
  const body = [toRow("th", head), ...rows.map((cells) => toRow("td", cells))];
  return createElement("table", {}, createElement("caption", {}, caption), ...body);
}

function toRow(tag: "th" | "td", cells: (Node | string)[]): HTMLElement {
  return createElement("tr", {}, ...cells.map((cell) => createElement(tag, {}, cell)));
}

function toStatus({ status, authorizerError }: ObservedRequest): HTMLElement {
  const isGood = status !== undefined && status < 400;
  const text = createElement(
    "span",
    { className: isGood ? "status good" : "status bad" },
    String(status ?? "canceled"),
  );
  return createElement("span", {}, text, authorizerError ? ` ${authorizerError}` : "");
}

function toFigure(caption: string, text: string): HTMLElement {
  return createElement("figure", {}, createElement("figcaption", {}, caption), createElement("pre", {}, text));
}
