import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { CHECK_USER, checkKey } from "../../../bin/set-key/mindset-check.ts";
import { type FakeMindset, startMindset } from "../../../local/mindset/server.ts";

let mindset: FakeMindset;
let withoutAgents: FakeMindset;
beforeAll(async () => {
  const options = { port: 0, appUid: "my-app", apiKeys: ["good-key"] };
  mindset = await startMindset(options);
  withoutAgents = await startMindset({ ...options, agents: [] });
});
afterEach(() => {
  mindset.faults.clear();
  mindset.requests.length = 0;
});
afterAll(() => Promise.all([mindset.close(), withoutAgents.close()]));

function check(key: string, { port }: { port: number } = mindset) {
  return checkKey(key, { apiOrigin: { protocol: "http:", hostname: "127.0.0.1", port }, appUid: "my-app" });
}

describe("the check of a key", () => {
  test("lists the agents and creates no user", async () => {
    expect(await check("good-key")).toBe("Mindset accepts the key: it listed the application's agents.");
    expect(mindset.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "GET /api/v2/appuid/my-app/agents",
    ]);
    expect(mindset.users.size).toBe(0);
  });

  test("requests a token where there are no agents, and says so", async () => {
    expect(await check("good-key", withoutAgents)).toMatch(
      /lists no agents \(404\), so a token was requested: .* accepts/,
    );
    expect([...withoutAgents.users.keys()]).toEqual([CHECK_USER]);
  });

  test.each(["with agents", "without"])("fails when Mindset rejects the key, %s", async (agents) => {
    const checking = check("sentinel-key", agents === "without" ? withoutAgents : mindset);
    await expect(checking).rejects.toThrow(/^Mindset rejects this key \(403\).* Nothing was stored\.$/);
    await expect(checking).rejects.not.toThrow(/sentinel/);
  });

  test.each([
    ["status-401", /^Mindset received no key \(401\): .*proxy/],
    ["status-404", /^Mindset does not know this application \(404\): check --app-uid/],
    ["status-503", /^The key could not be checked: Mindset answered 503\. Try again later/],
    ["reset", /^The key could not be checked: 127\.0\.0\.1 did not answer \(ECONNRESET\)/],
    ["html", /the answer is not a list of agents, so it may not come from Mindset/],
  ])("fails when the check has no clear result: %s", async (fault, message) => {
    mindset.faults.set({ fault });
    await expect(check("good-key")).rejects.toThrow(message);
    await expect(check("good-key")).rejects.toThrow("Nothing was stored.");
  });
});
