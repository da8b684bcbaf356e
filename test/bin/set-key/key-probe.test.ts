import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { assertMindsetTakes, PROBE_USER } from "../../../bin/set-key/key-probe.ts";
import { type FakeMindset, startMindset } from "../../../local/mindset/server.ts";

let mindset: FakeMindset;
beforeAll(async () => {
  mindset = await startMindset({ port: 0, appUid: "my-app", apiKeys: ["good-key"] });
});
afterEach(() => {
  mindset.faults.clear();
  mindset.requests.length = 0;
});
afterAll(() => mindset.close());

function probe(key: string, appUid = "my-app") {
  return assertMindsetTakes(key, {
    apiKeySecretId: "secret-1",
    apiOrigin: { protocol: "http:", hostname: "127.0.0.1", port: mindset.port },
    appUid,
  });
}

describe("a key that is tried", () => {
  test("mints one token, for the probe user alone", async () => {
    await probe("good-key");
    expect([...mindset.users.keys()]).toEqual([PROBE_USER]);
    expect(mindset.requests).toHaveLength(1);
  });

  test("fails when Mindset refuses it", async () => {
    await expect(probe("sentinel-key")).rejects.toThrow(/^Mindset refuses this key \(403\).* Nothing was stored\.$/);
    await expect(probe("sentinel-key")).rejects.not.toThrow(/sentinel/);
  });

  test.each([
    ["status-404", "UPSTREAM_NOT_FOUND"],
    ["status-503", "UPSTREAM_UNAVAILABLE"],
    ["reset", "UPSTREAM_UNREACHABLE"],
    ["html", "UPSTREAM_BAD_RESPONSE"],
  ])("fails when nobody can tell: %s", async (fault, code) => {
    mindset.faults.set({ fault });
    await expect(probe("good-key")).rejects.toThrow(`The key could not be checked (${code})`);
  });
});
