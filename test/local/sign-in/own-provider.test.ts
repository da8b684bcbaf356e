import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { requestAccessToken } from "../../../local/identity-provider/sign-in.ts";
import { type LocalService, startLocalService } from "../../../local/service.ts";
import { toWelcome } from "../../../local/welcome.ts";
import { captureOutput, type Output } from "../../support/output.ts";
import { startIssuer } from "../../support/servers/issuer.ts";

const PAGE = "http://localhost:5173";
let output: Output;
let provider: Awaited<ReturnType<typeof startIssuer>>;
let service: LocalService;
beforeAll(async () => {
  output = captureOutput();
  provider = await startIssuer();
  const signIn = { provider: { issuer: provider.issuer, audience: ["test-audience"] } };
  service = await startLocalService({ signIn, pages: [`${PAGE}/`] });
}, 30_000);
afterAll(async () => {
  await Promise.all([service.close(), provider.close()]);
  output.restore();
});

function call(accessToken: string, origin = PAGE) {
  const headers = { authorization: `Bearer ${accessToken}`, origin };
  return fetch(service.endpoint, { method: "POST", headers });
}

test("a page of the developer calls the endpoint with tokens of the developer's own provider", async () => {
  const response = await call(await provider.sign());

  expect(response.status).toBe(200);
  expect(response.headers.get("access-control-allow-origin")).toBe(PAGE);
  expect(service.mindset?.users.has("u-42")).toBe(true);
});

test("fails with 401 for a token of the local provider", async () => {
  expect((await call(await requestAccessToken(service.identityProvider.issuer, "ada"))).status).toBe(401);
});

test("the claims of the developer's users grant nothing", async () => {
  await call(await provider.sign({ claims: { sub: "u-43", groups: ["staff"], org_id: "acme", org_role: "admin" } }));

  expect(service.mindset?.users.get("u-43")).toMatchObject({ accountUids: [], tenants: [] });
});

test("the terminal names the provider and the page, and no local user", () => {
  const facts = { endpoint: service.endpoint, signIn: service.signIn, pageUrl: service.page.url, firstPort: 3000 };
  const text = toWelcome({ ...facts, mindsetUrl: service.mindset?.url });

  expect(text).toContain(`\nIdentity provider  ${provider.issuer}\n`);
  expect(text).toContain(`Your page may call it: ${PAGE}/\n`);
  expect(text).not.toContain("npm run -s token");
});
