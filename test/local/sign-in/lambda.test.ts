import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { requestAccessToken } from "../../../local/identity-provider/sign-in.ts";
import { type LocalService, startLocalService } from "../../../local/service.ts";
import { STAFF_ACCOUNT } from "../../../local/sign-in/grants.ts";
import { captureOutput, type Output } from "../../support/output.ts";

let output: Output;
let service: LocalService;
beforeAll(async () => {
  output = captureOutput();
  service = await startLocalService({ signIn: { type: "lambda" } });
}, 30_000);
afterAll(async () => {
  await service.close();
  output.restore();
});

function call(accessToken: string) {
  return fetch(service.endpoint, { method: "POST", headers: { authorization: `Bearer ${accessToken}` } });
}

test("a company's own authorizer says who is calling", async () => {
  const response = await call(await requestAccessToken(service.identityProvider.issuer, "ada"));
  const { authToken } = (await response.json()) as { authToken: string };

  expect(response.status).toBe(200);
  expect(service.mindset?.tokens.get(authToken)).toBe("ada");
});

test("fails with 401 if it throws Unauthorized", async () => {
  expect((await call("a.b.c")).status).toBe(401);
});

test("a user with groups gets an account and a tenant", async () => {
  await call(await requestAccessToken(service.identityProvider.issuer, "alan"));

  expect(service.mindset?.users.get("alan")).toMatchObject({ accountUids: [STAFF_ACCOUNT], tenants: ["acme"] });
});
