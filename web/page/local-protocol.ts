/** Pure (imports nothing): the protocol between the page and the local server that serves it. */

/** Where everything is; `GET /settings.json`. */
export interface PageSettings {
  /** The token endpoint, on another origin than the page. */
  endpoint: string;
  signIn: PageSignIn;
  /** The Mindset API that the function calls. */
  mindsetUrl: string;
  /** The Mindset application. */
  appUid: string;
  /** The script of Mindset's SDK. @default - the page uses a fake SDK */
  sdkUrl?: string;
  /** The agent to show; with the real SDK only. */
  agentUid?: string;
  /** Whether the Mindset API is fake: it then fails on demand, and shows the requests that it got. */
  hasFakeMindset: boolean;
}

/** The `signIn.type` that the service runs with. */
export type SignInType = "jwt" | "oidc" | "userinfo" | "lambda";

/** How the user of the page signs in. */
export type PageSignIn =
  | { type: SignInType; by: "provider"; issuer: string; clientId: string; scope: string }
  | { type: SignInType; by: "session"; sessionUrl: string }
  /** With the developer's own identity provider, which does not know this page. */
  | { type: SignInType; by: "own page"; issuer: string; pages: readonly string[] };

/** The faults of a trial; `PUT /controls` sets all of them, and `{}` ends them. */
export interface Controls {
  /** By the names in local/mindset/faults/catalogue.ts, e.g. `{ fault: "silence" }`. */
  mindsetFault?: { fault: string; times?: number; ms?: number };
  /** Mindset rejects the API key. */
  apiKeyRevoked?: boolean;
  /** How many of the next requests API Gateway throttles. */
  throttledRequests?: number;
  /** Lifetime of the next access token. */
  nextAccessTokenSeconds?: number;
  /** Ends every session with the identity provider or the session server. */
  signInsEnded?: boolean;
}

/** What has happened; `GET /observations`. `DELETE /observations` clears the requests. */
export interface Observations {
  /** The requests to API Gateway. */
  requests: ObservedRequest[];
  /** The requests to the fake Mindset API. */
  exchanges: ObservedExchange[];
  /** The users that the fake Mindset API has stored. */
  users: ObservedUser[];
}

/** A request to the endpoint. */
export interface ObservedRequest {
  method: string;
  /** By a clock of the server. */
  startedAtMs: number;
  /** Absent until there is a response. */
  status?: number;
  /** Absent until there is a response. */
  durationMs?: number;
  /** Why the authorizer refused the request. */
  authorizerError?: string;
}

/** A request to Mindset and its response, without the API key, and with the start of the token only. */
export interface ObservedExchange {
  /** e.g. `POST /api/v1/appuid/local-app/sdkusers/auth`. */
  request: string;
  headers: Record<string, string>;
  body: string;
  /** Absent if there was no response. */
  status?: number;
  answer: string;
}

/** A user of Mindset, with everything that was granted so far: Mindset cannot revoke grants. */
export interface ObservedUser {
  /** The `externalId`, or the email of a user without one. */
  id: string;
  name: string;
  accountUids: string[];
  /** The tenants whose administrator the user is. */
  tenants: string[];
}

/** `POST /token-owner` with `{ "authToken": "..." }`: the user that the fake Mindset API gave a token to. */
export interface TokenOwner {
  externalId: string;
}
