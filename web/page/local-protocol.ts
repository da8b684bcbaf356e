/** Pure (imports nothing): what the page and the server on this machine that serves it agree on. */

/** Where the page finds everything; `GET /settings.json`. */
export interface PageSettings {
  /** The token endpoint, on another origin than the page. */
  endpoint: string;
  /** The identity provider. */
  issuer: string;
  clientId: string;
  scope: string;
  /** Where the endpoint finds Mindset. */
  mindsetUrl: string;
  /** The Mindset application. */
  appUid: string;
  /** The script of Mindset's SDK; absent when a stand-in takes its place. */
  sdkUrl?: string;
  /** The agent to show; only for the real SDK. */
  agentUid?: string;
  /** Whether a stand-in takes Mindset's place, which can fail on demand and tells what it was sent. */
  hasFakeMindset: boolean;
}

/** What goes wrong; `PUT /controls` changes all of it at once, and `{}` means that nothing does. */
export interface Controls {
  /** By the names in local/mindset-faults.ts, e.g. `{ fault: "silence" }`. */
  mindsetFault?: { fault: string; times?: number; ms?: number };
  /** Mindset no longer knows the API key. */
  apiKeyRevoked?: boolean;
  /** How many of the next requests API Gateway refuses. */
  throttledRequests?: number;
  /** How long the next access token lives. */
  nextAccessTokenSeconds?: number;
  /** The identity provider forgets who is signed in. */
  signInsEnded?: boolean;
}

/** What has happened; `GET /observations`, until `DELETE /observations` forgets it. */
export interface Observations {
  /** What API Gateway was asked. */
  requests: ObservedRequest[];
  /** What Mindset was asked; empty without the stand-in. */
  exchanges: ObservedExchange[];
}

/** A request to the endpoint. */
export interface ObservedRequest {
  method: string;
  /** On a clock of the server's. */
  startedAtMs: number;
  /** Absent while there is no answer. */
  status?: number;
  /** Absent while there is no answer. */
  durationMs?: number;
}

/** A request to Mindset and its answer, without the API key and with the token cut short. */
export interface ObservedExchange {
  /** e.g. `POST /api/v1/appuid/local-app/sdkusers/auth`. */
  request: string;
  headers: Record<string, string>;
  body: string;
  /** Absent when there was no answer. */
  status?: number;
  answer: string;
}

/** `POST /token-owner` with `{ "authToken": "..." }`: whom the stand-in for Mindset gave a token. */
export interface TokenOwner {
  externalId: string;
}
