import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { decodeProtectedHeader } from "jose";
import { requestAccessToken } from "../../../local/identity-provider/sign-in.ts";
import { type LocalService, startLocalService } from "../../../local/service.ts";
import { STAFF_ACCOUNT } from "../../../local/sign-in/grants.ts";
import { captureOutput, type Output } from "../../support/output.ts";

const refusals: (string | undefined)[] = [];
let output: Output;
let service: LocalService;
beforeAll(async () => {
  output = captureOutput();
  const signIn = { type: "oidc", algorithm: "EdDSA" } as const;
  service = await startLocalService({ signIn, onRefusal: ({ authorizerError }) => refusals.push(authorizerError) });
}, 30_000);
afterAll(async () => {
  await service.close();
  output.restore();
});

function call(accessToken: string) {
  return fetch(service.endpoint, { method: "POST", headers: { authorization: `Bearer ${accessToken}` } });
}

test("a user with an access token signed with EdDSA gets their own token", async () => {
  const accessToken = await requestAccessToken(service.identityProvider.issuer, "grace");
  const { authToken } = (await (await call(accessToken)).json()) as { authToken: string };

  expect(decodeProtectedHeader(accessToken).alg).toBe("EdDSA");
  expect(service.mindset?.tokens.get(authToken)).toBe("x--e1-auth0_7cgrace");
  expect(service.mindset?.users.get("x--e1-auth0_7cgrace")).toMatchObject({ name: "Grace Hopper" });
});

test("fails with 401 for a token that was changed, and logs the authorizer's reason", async () => {
  const accessToken = await requestAccessToken(service.identityProvider.issuer, "ada");
  const response = await call(`${accessToken.slice(0, -4)}AAAA`);

  expect([response.status, await response.json()]).toEqual([401, { message: "Unauthorized" }]);
  expect(refusals).toEqual(["the authorizer failed with Unauthorized"]);
  expect(output.lines().join("\n")).toContain('"code":"SIGNATURE_INVALID"');
});

test("a user with groups gets an account and a tenant", async () => {
  await call(await requestAccessToken(service.identityProvider.issuer, "alan"));

  expect(service.mindset?.users.get("alan")).toMatchObject({ accountUids: [STAFF_ACCOUNT], tenants: ["acme"] });
});
