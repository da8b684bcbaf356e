/** Every kind of sign-in with a real server, through gateway, authorizer and token function to the fake Mindset. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { createHandler as createAuthorizer } from "../../lambda/authorizer/handler.ts";
import type { OidcSignIn, SignInSettings, UserinfoSignIn } from "../../lambda/sign-in-settings.ts";
import { startApiGateway } from "../../local/api-gateway/server.ts";
import type { LocalServer } from "../../local/http/server.ts";
import { type Invoke, startTestEnvironment, type TestEnvironment } from "../support/function.ts";
import { captureOutput } from "../support/output.ts";
import { startAuthJs } from "./auth-js.ts";
import { startBetterAuth } from "./better-auth.ts";
import { startExpressSession } from "./express-session.ts";

const PAGE = "https://app.example.com";

let service: TestEnvironment;
let invokeToken: Invoke;
let output: ReturnType<typeof captureOutput>;
const gateways: LocalServer[] = [];
beforeAll(async () => {
  service = await startTestEnvironment();
  invokeToken = await service.coldStart({ IDENTITY_SOURCE: "lambda" });
  output = captureOutput();
});
afterEach(() => Promise.all(gateways.splice(0).map((gateway) => gateway.close())));
afterAll(async () => {
  output?.restore();
  await service?.close();
});

/** What the page gets, and the `externalId` that reached Mindset. */
interface Outcome {
  status: number;
  externalId?: string;
}

type Call = (headers: Record<string, string>) => Promise<Outcome>;

/** @param authorizer the handler of a Lambda authorizer. */
async function deploy(authorizer: (event: never) => unknown, identityHeaders: string[]): Promise<Call> {
  const gateway = await startApiGateway({
    port: 0,
    handler: invokeToken,
    authorizer: { handler: authorizer, identityHeaders },
    allowedOrigins: [PAGE],
    allowCredentials: true,
  });
  gateways.push(gateway);
  return async (headers) => {
    const before = service.mindset.requests.length;
    const response = await fetch(`${gateway.url}/api/getusertoken`, {
      method: "POST",
      headers: { origin: PAGE, ...headers },
    });
    const requests = service.mindset.requests.slice(before);
    const { externalId } = requests.length === 1 ? JSON.parse(String(requests[0]?.body)) : {};
    if (response.status === 200) expect(await response.json()).toEqual({ authToken: expect.any(String) });
    return { status: response.status, ...(externalId === undefined ? {} : { externalId }) };
  };
}

function withCookies(url: string, cookie: string, subject: string): UserinfoSignIn {
  return { type: "userinfo", url, forward: [`cookie:${cookie}`], subject, allowedOrigins: [PAGE] };
}

function deploySignIn(settings: SignInSettings): Promise<Call> {
  const usesCookies = settings.allowedOrigins !== undefined;
  return deploy(createAuthorizer(settings) as never, [usesCookies ? "cookie" : "authorization"]);
}

const cookieHeader = (cookies: string[]) => ({ cookie: cookies.join("; ") });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** Changes one character in the middle, where no encoding has padding. */
function tamper(text: string): string {
  const at = Math.floor(text.length / 2);
  return `${text.slice(0, at)}${text[at] === "A" ? "B" : "A"}${text.slice(at + 1)}`;
}

describe("better-auth", () => {
  let server: Awaited<ReturnType<typeof startBetterAuth>>;
  beforeAll(async () => {
    server = await startBetterAuth();
  });
  afterAll(() => server.close());

  test("by its session cookie", async () => {
    const call = await deploySignIn(
      withCookies(`${server.url}/api/auth/get-session`, "better-auth.session_token", "user.id"),
    );
    const [ada, grace] = [await server.signIn("ada"), await server.signIn("grace")];
    expect(await call(cookieHeader(ada.cookies))).toEqual({ status: 200, externalId: ada.userId });
    expect(await call(cookieHeader(grace.cookies))).toEqual({ status: 200, externalId: grace.userId });
    expect(await call(cookieHeader(ada.cookies.map(tamper)))).toEqual({ status: 401 });
    expect(await call(cookieHeader([...ada.cookies, ...grace.cookies]))).toEqual({ status: 403 });
    await server.signOut(ada);
    expect(await call(cookieHeader(ada.cookies))).toEqual({ status: 401 });
    expect(await call({})).toEqual({ status: 401 });
  });

  test("by its JWT, signed with EdDSA", async () => {
    const issuers = [{ issuer: server.url, audience: [server.url], jwksUri: `${server.url}/api/auth/jwks` }];
    const settings: OidcSignIn = { type: "oidc", issuers, token: { header: "authorization" }, handOn: ["sub", "name"] };
    const call = await deploySignIn(settings);
    const user = await server.signIn("barbara");
    const token = await server.token(user);
    expect(await call(bearer(token))).toEqual({ status: 200, externalId: user.userId });
    expect(await call(bearer(tamper(token)))).toEqual({ status: 401 });
  });
});

describe.each([
  ["Auth.js", false],
  ["Auth.js with a session cookie in chunks", true],
])("%s", (_, isLarge) => {
  test("by its encrypted session cookie", async () => {
    const server = await startAuthJs({ isLarge });
    const call = await deploySignIn(withCookies(`${server.url}/api/auth/session`, "authjs.session-token", "user.id"));
    const { cookies, userId } = await server.signIn("ada");
    expect(cookies.length > 1).toBe(isLarge);
    expect(await call(cookieHeader(cookies))).toEqual({ status: 200, externalId: userId });
    expect(await call(cookieHeader(cookies.map(tamper)))).toEqual({ status: 401 });
    expect(await call(cookieHeader(cookies.map((cookie) => cookie.replace("authjs", "other"))))).toEqual({
      status: 401,
    });
    await server.close();
    expect(await call(cookieHeader(cookies))).toEqual({ status: 500 });
  });
});

test("express-session, by its cookie and a route of the application", async () => {
  const server = await startExpressSession();
  const call = await deploySignIn(withCookies(`${server.url}/me`, "sid", "user.id"));
  const [first, second] = [await server.signIn("7"), await server.signIn("8")];
  expect(await call(cookieHeader(first.cookies))).toEqual({ status: 200, externalId: "7" });
  expect(await call(cookieHeader(second.cookies))).toEqual({ status: 200, externalId: "8" });
  expect(await call(cookieHeader(first.cookies.map(tamper)))).toEqual({ status: 401 });
  await server.signOut(first);
  expect(await call(cookieHeader(first.cookies))).toEqual({ status: 401 });
  await server.close();
});

test("an authorizer of the company's own", async () => {
  const sessions: Record<string, string> = { "opaque-1": "auth0|ada" };
  async function authorizer({ headers }: { headers: Record<string, string> }) {
    const user = sessions[headers.authorization?.replace("Bearer ", "") ?? ""];
    if (user === undefined) throw new Error("Unauthorized");
    return { isAuthorized: true, context: { sub: user, name: "Ada" } };
  }
  const call = await deploy(authorizer as never, ["authorization"]);
  expect(await call(bearer("opaque-1"))).toEqual({ status: 200, externalId: "x--e1-auth0_7cada" });
  expect(await call(bearer("opaque-2"))).toEqual({ status: 401 });
});
