import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type LocalService, startLocalService } from "../../../local/service.ts";
import { STAFF_ACCOUNT } from "../../../local/sign-in/grants.ts";
import { captureOutput, type Output } from "../../support/output.ts";

let output: Output;
let service: LocalService;
let sessionUrl: string;
beforeAll(async () => {
  output = captureOutput();
  service = await startLocalService({ signIn: { type: "userinfo" } });
  sessionUrl = service.sessionServer?.url ?? "";
}, 30_000);
beforeEach(() => service.mindset?.users.clear());
afterAll(async () => {
  await service.close();
  output.restore();
});

function submit(user: string, origin = sessionUrl) {
  const body = new URLSearchParams({ user });
  return fetch(`${sessionUrl}/`, { method: "POST", headers: { origin }, body, redirect: "manual" });
}
/** Signs in over HTTP, and gives the cookie. */
async function signIn(user: string): Promise<string> {
  return (await submit(user)).headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
}
async function call(cookie: string, headers: Record<string, string> = { origin: service.page.url }) {
  const response = await fetch(service.endpoint, { method: "POST", headers: { cookie, ...headers } });
  return { status: response.status, headers: response.headers, body: (await response.json()) as { authToken: string } };
}

test("signing in sets a cookie that scripts cannot read, and returns to the page", async () => {
  const response = await submit("ada");

  expect([response.status, response.headers.get("location")]).toEqual([303, `${service.page.url}/`]);
  expect(response.headers.get("set-cookie")).toMatch(/^better-auth\.session_token=.*; HttpOnly; SameSite=Lax/);
});

test("each user gets their own token with their cookie", async () => {
  const [ada, grace] = [await call(await signIn("ada")), await call(await signIn("grace"))];

  expect(service.mindset?.tokens.get(ada.body.authToken)).toBe("ada");
  expect(service.mindset?.tokens.get(grace.body.authToken)).toBe("x--e1-auth0_7cgrace");
  expect(service.mindset?.users.get("ada")).toMatchObject({ name: "Ada Lovelace" });
  expect(ada.headers.get("access-control-allow-credentials")).toBe("true");
});

test("fails with 401 for a changed cookie, another cookie, and no cookie", async () => {
  const cookie = await signIn("ada");
  const cookies = [cookie.replace(/=./, "=~"), "theme=dark", ""];

  expect(await Promise.all(cookies.map(async (one) => (await call(one)).status))).toEqual([401, 401, 401]);
});

test("fails with 401 once the user has signed out, or every session has ended", async () => {
  const [ada, grace] = [await signIn("ada"), await signIn("grace")];
  const headers = { cookie: ada, origin: service.page.url };
  const signOut = await fetch(`${sessionUrl}/api/auth/sign-out`, { method: "POST", headers });
  const afterSignOut = [(await call(ada)).status, (await call(grace)).status];
  service.sessionServer?.endSessions();

  expect(signOut.status).toBe(200);
  expect([...afterSignOut, (await call(grace)).status]).toEqual([401, 200, 401]);
});

test.each<Record<string, string>>([{ origin: "https://attacker.example" }, { origin: "null" }, {}])(
  "fails with 403 for a request with %j, as a foreign page sends it",
  async (headers) => {
    expect((await call(await signIn("ada"), headers)).status).toBe(403);
    expect(service.mindset?.users.size).toBe(0);
  },
);

test("a foreign page cannot sign the browser in as another user, or read the session", async () => {
  const cookie = await signIn("ada");
  const headers = { cookie, origin: "https://attacker.example" };
  const session = await fetch(`${sessionUrl}/api/auth/get-session`, { headers });

  expect((await submit("grace", "https://attacker.example")).status).toBe(403);
  expect(session.headers.get("access-control-allow-origin")).toBeNull();
});

test("a user with groups gets an account and a tenant", async () => {
  await call(await signIn("alan"));

  expect(service.mindset?.users.get("alan")).toMatchObject({ accountUids: [STAFF_ACCOUNT], tenants: ["acme"] });
});
