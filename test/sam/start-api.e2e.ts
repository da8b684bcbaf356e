import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import type { JWTPayload } from "jose";
import { ROUTES } from "../../lambda/contract.ts";
import { startMindset } from "../../local/mindset/server.ts";
import { startSecretsManager } from "../../local/secrets-manager/server.ts";
import { startIssuer } from "../support/servers/issuer.ts";
import { startApi } from "./api.ts";

jest.setTimeout(60_000);

describe("sam local start-api, sign-in jwt", () => {
  let api: Awaited<ReturnType<typeof startApi>>;
  beforeAll(async () => {
    api = await startApi({ "signIn.issuer": "https://login.example.com/", "signIn.audience": "test" });
  });
  afterAll(() => api?.close());

  test("says that it checks no JWT", () => {
    expect(api.output()).toMatch(/Authorizer '\w+' with type 'JWT' is currently not supported/);
  });

  const credentials: Record<string, Record<string, string>> = {
    "no JWT": {},
    "anything as JWT": { authorization: "Bearer eyJ.made-up.jwt" },
  };
  const calls = ROUTES.flatMap((route) =>
    Object.entries(credentials).map(([credential, headers]) => ({ ...route, credential, headers })),
  );
  test.each(calls)("$method $path with $credential is answered with 401 by the function", async (call) => {
    const path = call.path.replace("{currentUserId}", "ada");
    const response = await fetch(api.url + path, { method: call.method, headers: call.headers });

    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code: "UNAUTHENTICATED" });
  });
});

describe("sam local start-api, sign-in oidc", () => {
  const host = "0.0.0.0"; // where a container reaches them
  const reachable = "http://host.docker.internal";
  const opened = new AsyncDisposableStack();
  let issuer: Awaited<ReturnType<typeof startIssuer>>;
  let api: Awaited<ReturnType<typeof startApi>>;
  beforeAll(async () => {
    issuer = await startIssuer({ host });
    opened.defer(issuer.close);
    const mindset = await startMindset({ host, port: 0, appUid: "test-app", apiKeys: ["test-key"] });
    opened.defer(mindset.close);
    const secretsManager = await startSecretsManager({ host, port: 0, secrets: { "test-secret": "test-key" } });
    opened.defer(secretsManager.close);

    const inTemplate = [{ issuer: "https://login.example.com/", audience: "test-audience" }];
    api = await startApi(
      { "signIn.type": "oidc", "signIn.issuers": JSON.stringify(inTemplate) },
      {
        MINDSET_API_HOST: `${reachable}:${mindset.port}`,
        MINDSET_API_KEY_SECRET_ARN: "test-secret",
        AWS_ENDPOINT_URL_SECRETS_MANAGER: `${reachable}:${secretsManager.port}`,
        SIGN_IN: JSON.stringify({
          type: "oidc",
          issuers: [
            {
              issuer: issuer.url,
              audience: ["test-audience"],
              jwksUri: `${reachable}:${issuer.port}/keys`,
              requiredClaims: { role: ["user"] },
            },
          ],
          token: { header: "Authorization" }, // SAM does not put the names of headers into lower case, as API Gateway does
          handOn: ["sub"],
        }),
      },
    );
  });
  afterAll(async () => {
    await api?.close();
    await opened.disposeAsync();
  });

  async function requestToken(claims?: JWTPayload) {
    const headers: HeadersInit = claims ? { authorization: `Bearer ${await issuer.sign({ claims })}` } : {};
    const response = await fetch(`${api.url}/api/getusertoken`, { method: "POST", headers });
    return [response.status, await response.json()];
  }

  test("gives the caller of a valid token a Mindset token", async () => {
    expect(await requestToken({ role: "user" })).toEqual([200, { authToken: expect.stringMatching(/^local-token-/) }]);
  });

  test("lets no other request reach the function", async () => {
    const answers = [
      await requestToken({ role: "admin" }),
      await requestToken({ exp: 1_700_000_000 }),
      await requestToken(),
    ];
    expect(answers).toEqual([
      [403, { message: "User is not authorized to access this resource" }],
      [502, { message: "Internal server error" }], // on AWS 401, as for every authorizer that throws "Unauthorized"
      [401, { message: "Unauthorized" }],
    ]);
    expect(api.output().match(/(?<="code":")\w+/g)).toEqual(["REQUIRED_CLAIM_MISMATCH", "TOKEN_EXPIRED"]);
  });
});
