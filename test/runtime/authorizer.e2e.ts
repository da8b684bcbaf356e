import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { JWTPayload } from "jose";
import { type LocalServer, startServer } from "../../local/http/server.ts";
import { type FunctionInstance, startInstance } from "../support/lambda-runtime/instance.ts";
import { startIssuer } from "../support/servers/issuer.ts";
import { createCertificate } from "../support/servers/tls.ts";
import { type DeployedFunction, synthAuthorizer } from "./deployed-function.ts";
import { copyCode, invokeAndCollectLog } from "./environment.ts";

const ORIGIN = "https://app.example.com";
const COOKIE = "session=sentinel-1";
const folder = mkdtempSync(join(tmpdir(), "authorizer-"));
const certificateFile = join(folder, "certificate.pem");
const instances: FunctionInstance[] = [];
let tls: Awaited<ReturnType<typeof createCertificate>>;

beforeAll(async () => {
  tls = await createCertificate();
  writeFileSync(certificateFile, tls.cert);
});
afterEach(async () => {
  await Promise.all(instances.splice(0).map((instance) => instance.end("SIGKILL")));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function coldStart(description: DeployedFunction) {
  const environment = { ...description.environment, NODE_EXTRA_CA_CERTS: certificateFile };
  const instance = await startInstance({ description, environment });
  instances.push(instance);
  return instance;
}

/** What API Gateway makes of an answer: the context, 403 or, for an error, 401 or 500; and the code in the log. */
async function authorize(instance: FunctionInstance, request: { headers: object; cookies?: string[] }) {
  const logged = instance.log().length;
  const event = { version: "2.0", type: "REQUEST", ...request, requestContext: { requestId: "request-1" } };
  const decision = await invokeAndCollectLog(instance, event).then(
    (result) => {
      const { isAuthorized, context } = result as { isAuthorized: boolean; context?: object };
      return isAuthorized ? context : 403;
    },
    ({ message }: Error) => (JSON.parse(message).errorMessage === "Unauthorized" ? 401 : 500),
  );
  expect(instance.lines().filter((line) => /eyJ|sentinel/.test(line))).toEqual([]);
  return [
    decision,
    ...instance
      .log()
      .slice(logged)
      .flatMap(({ code }) => code ?? []),
  ];
}

describe("the deployed authorizer, type oidc", () => {
  let issuer: Awaited<ReturnType<typeof startIssuer>>;
  let deployed: DeployedFunction;
  beforeAll(async () => {
    issuer = await startIssuer({ tls, alg: "ES256" });
    const issuers = JSON.stringify([{ issuer: issuer.url, audience: "test-audience", scopes: ["token"] }]);
    deployed = copyCode(await synthAuthorizer({ "signIn.type": "oidc", "signIn.issuers": issuers }), folder);
  }, 60_000);
  afterAll(() => issuer?.close());

  async function bearer(claims: JWTPayload, change = (token: string) => token) {
    return { headers: { authorization: `Bearer ${change(await issuer.sign({ claims }))}` } };
  }

  test("passes on the claims of a valid token, and refuses every other one", async () => {
    const instance = await coldStart(deployed);
    const valid = { scope: "token", name: "Ada" };
    const tampered = await bearer(valid, (token) => token.slice(0, -20) + "A".repeat(20));

    expect(await authorize(instance, await bearer(valid))).toEqual([{ sub: "u-42", name: "Ada" }]);
    expect(await authorize(instance, tampered)).toEqual([401, "SIGNATURE_INVALID"]);
    expect(await authorize(instance, await bearer({ exp: 1_700_000_000 }))).toEqual([401, "TOKEN_EXPIRED"]);
    expect(await authorize(instance, await bearer({}))).toEqual([403, "SCOPE_MISSING"]);
    expect(await authorize(instance, { headers: {} })).toEqual([401, "CREDENTIALS_MISSING"]);
  });

  test("answers with 500 while the issuer is down at the start, and serves once it is back", async () => {
    const request = await bearer({ scope: "token" });
    await issuer.close();
    const instance = await coldStart(deployed);
    expect(await authorize(instance, request)).toEqual([500, "ISSUER_UNAVAILABLE"]);

    await issuer.reopen();
    let answer = await authorize(instance, request);
    for (let i = 0; i < 100 && answer[0] === 500; i += 1) {
      await sleep(100);
      answer = await authorize(instance, request);
    }
    expect(answer).toEqual([{ sub: "u-42" }]);
  });
});

describe("the deployed authorizer, type userinfo", () => {
  let app: LocalServer;
  let deployed: DeployedFunction;
  beforeAll(async () => {
    const user = JSON.stringify({ user: { id: "u-42", name: "Ada" } });
    app = await startServer({
      port: 0,
      tls,
      listener: ({ headers }, response) => response.writeHead(headers.cookie === COOKIE ? 200 : 401).end(user),
    });
    const url = { "signIn.url": app.url, "signIn.forward": "cookie:session", allowedOrigins: ORIGIN };
    const paths = { "signIn.subject": "user.id", "signIn.name": "user.name" };
    deployed = copyCode(await synthAuthorizer({ "signIn.type": "userinfo", ...url, ...paths }), folder);
  }, 60_000);
  afterAll(() => app?.close());

  function page(cookie?: string, origin = ORIGIN) {
    return { headers: { origin }, cookies: cookie === undefined ? undefined : [cookie] };
  }

  test("passes on the user that the URL names, and refuses every other request", async () => {
    const instance = await coldStart(deployed);
    expect(await authorize(instance, page(COOKIE))).toEqual([{ sub: "u-42", name: "Ada" }]);
    expect(await authorize(instance, page("session=sentinel-2"))).toEqual([401, "SESSION_NOT_SIGNED_IN"]);
    expect(await authorize(instance, page(COOKIE, "https://evil.example"))).toEqual([403, "ORIGIN_NOT_ALLOWED"]);
    expect(await authorize(instance, page())).toEqual([401, "CREDENTIALS_MISSING"]);
    await app.close();
    expect(await authorize(instance, page(COOKIE))).toEqual([500, "USERINFO_UNAVAILABLE"]);
  });
});
