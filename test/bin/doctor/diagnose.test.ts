import type { IncomingMessage } from "node:http";
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { exportJWK, generateKeyPair } from "jose";
import { type DoctorOptions, diagnose } from "../../../bin/doctor/diagnose.ts";
import type { Finding } from "../../../bin/doctor/report.ts";
import { type IssuerFacts, identityOf, type SignInFacts } from "../../../bin/doctor/sign-in.ts";
import { type LocalServer, startServer } from "../../../local/http/server.ts";
import { requestAccessToken } from "../../../local/identity-provider/sign-in.ts";
import { type LocalService, startLocalService } from "../../../local/service.ts";
import { captureOutput, type Output } from "../../support/output.ts";
import { startIssuer } from "../../support/servers/issuer.ts";
import { createCertificate, trust } from "../../support/servers/tls.ts";

jest.setTimeout(30_000);

const PAGE = "https://app.example.com";
const PATH = "/api/getusertoken";

let service: LocalService;
let issuer: Awaited<ReturnType<typeof startIssuer>>;
let token: string;
let output: Output;
beforeAll(async () => {
  output = captureOutput(); // the function's log
  service = await startLocalService({ pages: [PAGE] });
  issuer = await startIssuer();
  token = await requestAccessToken(service.identityProvider.issuer, "ada");
});
const servers: LocalServer[] = [];
afterEach(async () => {
  service.mindset?.faults.clear();
  for (const server of servers.splice(0)) await server.close();
});
afterAll(async () => {
  await service.close();
  await issuer.close();
  output.restore();
});

/** What the deployment of `npm start` would have in its settings. */
function signIn(changes: Partial<IssuerFacts> = {}, identity: Record<string, string> = {}): SignInFacts {
  const { issuer, audience } = service.identityProvider;
  return {
    type: "jwt",
    issuers: [{ issuer, audience: [audience], scopes: [], ...changes }],
    allowedOrigins: [PAGE],
    identity: identityOf(identity),
  };
}

/** The same for tokens of the issuer that signs what a test wants. */
function signInAtIssuer(
  changes: Partial<IssuerFacts> = {},
  identity: Record<string, string> = {},
): DoctorOptions["config"] {
  return config(signIn({ issuer: issuer.issuer, audience: ["test-audience"], ...changes }, identity));
}

function config(facts: SignInFacts = signIn()): DoctorOptions["config"] {
  return { signIn: facts, apiHost: `http://localhost:${service.mindset?.port}` };
}

async function findingsOf(options: DoctorOptions): Promise<Finding[]> {
  const findings: Finding[] = [];
  const all = { url: service.endpoint, token, config: config(), ...options };
  for await (const finding of diagnose(all)) findings.push(finding);
  return findings;
}

interface Scripted {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
}

/** A server that answers what the test wants; @returns its URL. */
async function script(answer: (request: IncomingMessage) => Scripted, tls?: { key: string; cert: string }) {
  const server = await startServer({
    port: 0,
    tls,
    listener: (request, response) => {
      const { status = 200, headers = {}, body = {} } = answer(request);
      response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
    },
  });
  servers.push(server);
  return server.url;
}

/** An endpoint with correct refusals and CORS, but for what the test changes. */
async function scriptEndpoint(change: (request: IncomingMessage) => Scripted | undefined) {
  const url = await script((request) => {
    const { method, headers } = request;
    const cors: Record<string, string> = headers.origin === PAGE ? { "access-control-allow-origin": PAGE } : {};
    const lists = {
      "access-control-allow-methods": "GET,POST",
      "access-control-allow-headers": "authorization,content-type",
    };
    const usual = {
      status: method === "OPTIONS" ? 204 : 401,
      headers: { ...cors, ...(method === "OPTIONS" && lists) },
    };
    return change(request) ?? usual;
  });
  return url + PATH;
}

/** As {@link scriptEndpoint}, with this answer for calls with a real token. */
function scriptIssuing(answer: Scripted) {
  return scriptEndpoint(({ headers }) => (headers.authorization === `Bearer ${token}` ? answer : undefined));
}

test("nothing fails for npm start, with a token and its settings", async () => {
  const findings = await findingsOf({});
  expect(findings.filter(({ status }) => status === "fail")).toEqual([]);
  expect(findings).toContainEqual(expect.objectContaining({ check: "user of the token", detail: "externalId ada" }));
  expect(JSON.stringify(findings)).not.toMatch(/local-token-|eyJ/);
});

test("a token alone names its issuer", async () => {
  const findings = await findingsOf({ config: undefined });
  expect(findings.filter(({ status }) => status === "fail")).toEqual([]);
  expect(findings.map(({ check }) => check)).toContain(`keys of ${service.identityProvider.issuer}`);
});

test("what is not known of the sign-in is skipped", async () => {
  const facts = { ...signIn({ audience: undefined, scopes: undefined }), identity: undefined };
  const findings = await findingsOf({ config: config(facts) });
  expect(findings.filter(({ status }) => status === "fail")).toEqual([]);
  for (const check of ["audience of the token", "scopes of the token", "user of the token"]) {
    const detail = expect.stringMatching(/not known$/);
    expect(findings).toContainEqual(expect.objectContaining({ check, status: "skipped", detail }));
  }
});

test("a 401 without CORS headers is noted, and is no failure", async () => {
  const url = await scriptEndpoint(({ method }) => (method === "POST" ? { status: 401 } : undefined));
  const findings = await findingsOf({ url, token: undefined });
  expect(findings.filter(({ status }) => status === "fail")).toEqual([]);
  expect(findings).toContainEqual(
    expect.objectContaining({
      check: `CORS headers of a 401 for ${PAGE}`,
      status: "note",
      advice: expect.stringContaining("network failure instead of 401"),
    }),
  );
});

test("the settings alone are checked before a deployment", async () => {
  const findings = await findingsOf({ url: undefined, token: undefined });
  expect(findings.map(({ check, status }) => `${status} ${check.split(" ")[0]}`)).toEqual([
    "pass Mindset's",
    "pass discovery",
    "pass keys",
    "pass algorithms",
    "skipped token",
  ]);
});

test.each([
  ["oidc", { status: "pass", detail: "it has just expired; 60 s are allowed for wrong clocks" }],
  ["jwt", { status: "fail", detail: expect.stringMatching(/^it expired 3\d s ago$/) }],
] as const)("a token that expired 30 s ago is judged as signIn.type %s does", async (type, finding) => {
  const now = Math.floor(Date.now() / 1000);
  const expired = await issuer.sign({ claims: { iat: now - 90, exp: now - 30 } });
  const facts = { ...signIn({ issuer: issuer.issuer, audience: ["test-audience"] }), type };
  const findings = await findingsOf({ url: undefined, token: expired, config: config(facts) });
  expect(findings).toContainEqual(expect.objectContaining({ check: "expiry of the token", ...finding }));
});

type Fault = [fault: string, options: () => Promise<DoctorOptions> | DoctorOptions, check: string, advice: RegExp];

const ENDPOINT_FAULTS: Fault[] = [
  ["a host that does not exist", () => ({ url: `https://nothing.invalid${PATH}` }), "DNS and connection", /host name/],
  [
    "a port where nothing listens",
    () => ({ url: `http://localhost:1${PATH}` }),
    "DNS and connection",
    /Nothing accepts/,
  ],
  ["a certificate of an unknown authority", () => withCertificate({}), "TLS certificate", /NODE_EXTRA_CA_CERTS/],
  ["a certificate for another host", () => withCertificate({ name: "other.example" }), "TLS certificate", /not valid/],
  ["an expired certificate", () => withCertificate({ expired: true }), "TLS certificate", /not valid/],
  ["a wrong path", () => ({ url: `${service.apiGateway.url}/token` }), "401 without a token", /TokenEndpointUrl/],
  ["an open endpoint", async () => ({ url: await script(() => ({})) }), "401 without a token", /Anybody can call/],
  ["a redirect", async () => ({ url: await script(() => redirect) }), "401 without a token", /It redirects/],
  [
    "an authorizer that fails",
    async () => ({ url: await script(() => ({ status: 500 })) }),
    "401 without a token",
    /authorizer fails/,
  ],
  [
    "a throttle that is used up",
    async () => ({ url: await script(() => ({ status: 429 })) }),
    "401 without a token",
    /throttle/,
  ],
  [
    "an origin that is not allowed",
    () => ({ origins: ["https://new.example"] }),
    "CORS preflight for https://new.example",
    /allowedOrigins/,
  ],
  [
    "a CDN that answers preflights",
    async () => ({
      url: await scriptEndpoint(({ method }) => (method === "OPTIONS" ? { headers: onlyOrigin } : undefined)),
    }),
    `CORS preflight for ${PAGE}`,
    /CDN, answers preflights/,
  ],
  [
    "a CDN that sets CORS headers on a 401",
    async () => ({
      url: await scriptEndpoint(({ method }) => (method === "POST" ? { status: 401, headers: anyOrigin } : undefined)),
    }),
    `CORS headers of a 401 for ${PAGE}`,
    /sets CORS headers/,
  ],
  [
    "CORS for every page",
    async () => ({
      url: await scriptEndpoint(({ headers }) =>
        headers.origin?.includes("elsewhere") ? { headers: anyOrigin } : undefined,
      ),
    }),
    "no CORS for other pages",
    /exact origins/,
  ],
];

const SIGN_IN_FAULTS: Fault[] = [
  [
    "an issuer without discovery",
    async () => ({ config: config(signIn({ issuer: await script(() => ({ status: 404 })) })) }),
    "discovery of http://localhost",
    /refuses an issuer without an OpenID Connect discovery document/,
  ],
  [
    "an issuer without its slash",
    () => ({ config: config(signIn({ issuer: `${service.identityProvider.issuer}/` })) }),
    "discovery of http://localhost",
    /with or without a slash/,
  ],
  [
    "an issuer without keys",
    async () => ({ config: await withKeys([]) }),
    "keys of http://localhost",
    /no token can be verified/,
  ],
  [
    "keys for ES256 only",
    async () => ({ config: await withKeys([await exportJWK((await generateKeyPair("ES256")).publicKey)]) }),
    "algorithms of http://localhost",
    /signIn\.type "oidc"/,
  ],
  ["an opaque token", () => ({ token: "opaque-access-token" }), "the token is a JWT", /request an audience/],
  ["an encrypted token", () => ({ token: "eyJh.b.c.d.e" }), "the token is a JWT", /userinfo/],
  ["a token of another issuer", async () => ({ token: await issuer.sign() }), "issuer of the token", /exactly/],
  [
    "a token that another key signed",
    async () => ({
      token: await issuer.sign({ key: (await generateKeyPair("RS256")).privateKey }),
      config: signInAtIssuer(),
    }),
    "signature of the token",
    /another issuer, tenant or environment/,
  ],
  [
    "a token for another audience",
    () => ({ config: config(signIn({ audience: ["other-api"] })) }),
    "audience of the token",
    /that audience/,
  ],
  ["an expired token", () => ({ nowMs: Date.now() + 2 * 3_600_000 }), "expiry of the token", /Sign in again/],
  ["a clock that is behind", () => ({ nowMs: Date.now() - 3_600_000 }), "expiry of the token", /clock/],
  [
    "a missing scope",
    () => ({ config: config(signIn({ scopes: ["mindset:admin"] })) }),
    "scopes of the token",
    /request that scope/,
  ],
  ["an application's token", () => signed({ gty: "client-credentials" }), "user of the token", /no client credentials/],
  ["an ID token", () => signed({ token_use: "id" }), "user of the token", /no ID token/],
  [
    "no identity claim",
    () => ({ config: config(signIn({}, { IDENTITY_CLAIM: "employee_id" })) }),
    "user of the token",
    /identityClaim/,
  ],
  ["a list as identity", () => signed({ sub: ["a", "b"] as never }), "user of the token", /identityClaim/],
];

const ISSUING_FAULTS: Fault[] = [
  [
    "a key that Mindset rejects",
    () => withMindset("status-403"),
    "a Mindset token by POST",
    /store a valid key with npm run set-key/,
  ],
  ["Mindset failing", () => withMindset("status-503"), "a Mindset token by POST", /Mindset is failing/],
  ["Mindset limiting the rate", () => withMindset("status-429"), "a Mindset token by POST", /limits the rate/],
  [
    "the placeholder as key",
    () => answered({ status: 500, body: { code: "SERVICE_MISCONFIGURED" } }),
    "a Mindset token by POST",
    /npm run set-key/,
  ],
  [
    "Secrets Manager out of reach",
    () => answered({ status: 503, body: { code: "SECRET_UNAVAILABLE" } }),
    "a Mindset token by POST",
    /Secrets Manager/,
  ],
  ["another deployment than the settings say", () => answered({ status: 401 }), "a Mindset token by POST", /--stack/],
  [
    "a page that answers for everything",
    () => answered({ body: { hello: 1 } }),
    "a Mindset token by POST",
    /not this endpoint/,
  ],
  ["a CDN that caches", () => answered({ body: { authToken: "t" } }), "a Mindset token by POST", /caching off/],
];

const redirect = { status: 301, headers: { location: "https://www.example.com/" } };
const onlyOrigin = { "access-control-allow-origin": PAGE };
const anyOrigin = { "access-control-allow-origin": "*" };

async function withCertificate(flaws: { name?: string; expired?: boolean }) {
  const tls = await createCertificate(flaws);
  if (Object.keys(flaws).length > 0) trust(tls.cert);
  return { url: (await script(() => ({ status: 401 }), tls)) + PATH };
}

async function withKeys(keys: object[]) {
  const url: string = await script(({ url: path, headers }) => {
    const own = `http://${headers.host}`;
    return { body: path === "/keys" ? { keys } : { issuer: own, jwks_uri: `${own}/keys` } };
  });
  return config(signIn({ issuer: url }));
}

async function signed(claims: Record<string, string>) {
  return { token: await issuer.sign({ claims }), config: signInAtIssuer() };
}

function withMindset(fault: string) {
  service.mindset?.faults.set({ fault });
  return {};
}

async function answered(answer: Scripted) {
  return { url: await scriptIssuing(answer) };
}

describe.each([
  ["endpoint", ENDPOINT_FAULTS],
  ["sign-in", SIGN_IN_FAULTS],
  ["token", ISSUING_FAULTS],
])("a fault of the %s", (_, faults) => {
  test.each(faults)("%s is named first, with what to do", async (_fault, options, check, advice) => {
    const failed = (await findingsOf(await options())).filter(({ status }) => status === "fail");
    expect(failed[0]?.check).toContain(check);
    expect(failed[0]?.advice).toMatch(advice);
  });
});
