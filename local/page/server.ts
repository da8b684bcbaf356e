/** Edge (network): serves the page on its own origin, and the data that it reads and changes. */
import type { IncomingMessage } from "node:http";
import type { Observations, ObservedRequest, PageSettings } from "../../web/page/local-protocol.ts";
import { isFromForeignPage } from "../http/caller.ts";
import { type Reply, sendReply } from "../http/reply.ts";
import { readBody } from "../http/request-body.ts";
import { type LocalServer, startServer } from "../http/server.ts";
import type { FakeMindset } from "../mindset/server.ts";
import { applyControls, type ControlledParts, toObservedExchange, toObservedUser } from "./data.ts";
import { buildPage, toPolicyHeader } from "./files.ts";

/** The service that the page shows. */
export interface PageSubject {
  settings: PageSettings;
  parts: ControlledParts;
  /** The requests to API Gateway, until the page clears them. */
  requests: ObservedRequest[];
}

/** The server of the page. */
export interface PageServer extends LocalServer {
  /** Starts to serve the page. Until then every request gets a 503: the service must know the page's origin first. */
  show(subject: PageSubject): void;
}

/** Starts the server on 127.0.0.1. */
export async function startPage({ port }: { port: number }): Promise<PageServer> {
  let answer: (request: IncomingMessage) => Promise<Reply> = async () => ({ status: 503 });
  const server = await startServer({
    port,
    listener: async (request, response) => sendReply(response, await answer(request)),
  });
  return {
    ...server,
    show: (subject) => {
      answer = createAnswer(subject);
    },
  };
}

function createAnswer(subject: PageSubject) {
  const files = buildPage();
  const headers = {
    ...toPolicyHeader(subject.settings),
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
  };
  return async (request: IncomingMessage): Promise<Reply> => {
    const [path = ""] = (request.url ?? "").split("?");
    const file = files.get(path);
    if (file) return { headers: { ...headers, "content-type": file.contentType }, body: file.body };
    if (isFromForeignPage(request.headers)) return { headers, status: 403 };
    return { headers, ...(await answerDataRequest(subject, request)) };
  };
}

async function answerDataRequest({ settings, parts, requests }: PageSubject, request: IncomingMessage): Promise<Reply> {
  const { mindset } = parts;
  switch (`${request.method} ${request.url}`) {
    case "GET /settings.json":
      return { body: settings };
    case "GET /observations":
      return { body: observe(requests, mindset) };
    case "DELETE /observations":
      for (const list of [requests, mindset?.requests ?? []]) list.length = 0;
      return { status: 204 };
    case "PUT /controls":
      applyControls(parts, await readJson(request));
      return { status: 204 };
    case "POST /token-owner":
      return { body: { externalId: mindset?.tokens.get((await readJson(request)).authToken) ?? "unknown" } };
    default:
      return { status: 404 };
  }
}

function observe(requests: ObservedRequest[], mindset: FakeMindset | undefined): Observations {
  const exchanges = mindset?.requests.map(toObservedExchange) ?? [];
  return { requests, exchanges, users: [...(mindset?.users ?? [])].map(toObservedUser) };
}

async function readJson(request: IncomingMessage) {
  return JSON.parse(String(await readBody(request, 16_384)));
}
