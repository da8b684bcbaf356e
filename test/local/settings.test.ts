import { expect, test } from "@jest/globals";
import { LocalSettingsError, parseLocalSettings } from "../../local/settings.ts";

const REAL = { MINDSET_API_HOST: "a.api.mindset.ai", MINDSET_APP_UID: "my-app", MINDSET_API_KEY: "my-key" };

test("without any setting the ports begin at 3000 and the stand-in is called", () => {
  const byDefault = { firstPort: 3000, host: "127.0.0.1" };
  expect(parseLocalSettings({})).toEqual(byDefault);
  expect(parseLocalSettings({ PORT: "", HOST: "", MINDSET_API_KEY: "" })).toEqual(byDefault);
});

test("PORT is the first port", () => {
  expect(parseLocalSettings({ PORT: "65531" }).firstPort).toBe(65_531);
});

test.each(["127.0.0.1", "0.0.0.0"] as const)("HOST may be %s", (HOST) => {
  expect(parseLocalSettings({ HOST }).host).toBe(HOST);
});

test.each(["localhost", "::", "192.0.2.1"])("fails when HOST is %j, and says what it may be", (HOST) => {
  expect(() => parseLocalSettings({ HOST })).toThrow(
    new LocalSettingsError(`HOST is "${HOST}"; it must be 127.0.0.1 (the default) or 0.0.0.0.`),
  );
});

test("fails when a real API key would be within reach of the network", () => {
  expect(() => parseLocalSettings({ ...REAL, HOST: "0.0.0.0" })).toThrow(/^HOST=0\.0\.0\.0 .* your real API key/);
  expect(parseLocalSettings({ ...REAL, HOST: "127.0.0.1" }).realMindset).toBeDefined();
});

test("host, app and key together mean the real Mindset", () => {
  expect(parseLocalSettings(REAL).realMindset).toEqual({
    apiHost: "a.api.mindset.ai",
    appUid: "my-app",
    apiKey: "my-key",
  });
});

test.each(["0", "65532", "99999", "-1", "3e3", "3000 ", "http"])(
  "fails when PORT is %j, and says what it may be",
  (PORT) => {
    expect(() => parseLocalSettings({ PORT })).toThrow(
      new LocalSettingsError(`PORT is ${JSON.stringify(PORT)}; it must be a number from 1 to 65531, e.g. 3000.`),
    );
  },
);

test("fails when only some of the real Mindset's settings are there, and names the missing ones", () => {
  expect(() => parseLocalSettings({ MINDSET_API_KEY: "my-key" })).toThrow(
    "missing: MINDSET_API_HOST, MINDSET_APP_UID.",
  );
  expect(() => parseLocalSettings({ ...REAL, MINDSET_API_KEY: undefined })).toThrow("missing: MINDSET_API_KEY.");
});

test("fails with every problem at once, and never with the key in the message", () => {
  function parse() {
    return parseLocalSettings({ PORT: "x", MINDSET_API_KEY: "sentinel" });
  }

  expect(parse).toThrow(/^PORT is .*missing: MINDSET_API_HOST, MINDSET_APP_UID/s);
  expect(parse).not.toThrow("sentinel");
});

test("fails at once with what the function would refuse at its first request", () => {
  function parse() {
    return parseLocalSettings({
      MINDSET_API_HOST: "https://a.api.mindset.ai",
      MINDSET_APP_UID: "my app",
      MINDSET_API_KEY: "sentinel sentinel",
    });
  }

  expect(parse).toThrow(
    /MINDSET_API_HOST is invalid.*MINDSET_APP_UID is invalid.*MINDSET_API_KEY contains characters/s,
  );
  expect(parse).not.toThrow("sentinel");
});

test("fails with what is wrong about the SDK as well, and gives it otherwise", () => {
  const MINDSET_SDK_URL = "https://a.example.com/mindset-sdk3.umd.js";

  expect(() => parseLocalSettings({ PORT: "x", MINDSET_SDK_URL })).toThrow(/^PORT is .*The real SDK needs/s);
  expect(parseLocalSettings({ ...REAL, MINDSET_SDK_URL }).realSdk).toEqual({ sdkUrl: MINDSET_SDK_URL });
});
