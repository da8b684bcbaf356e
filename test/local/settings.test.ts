import { expect, test } from "@jest/globals";
import { LocalSettingsError, parseLocalSettings } from "../../local/settings.ts";

const REAL = { MINDSET_API_HOST: "a.api.mindset.ai", MINDSET_APP_UID: "my-app" };
const MINDSET_SDK_URL = "https://a.example.com/mindset-sdk3.umd.js";

test("without settings the ports begin at 3000 and everything is fake", () => {
  const defaults = { signIn: { type: "jwt" }, pages: [], firstPort: 3000, host: "127.0.0.1" };
  expect(parseLocalSettings({})).toEqual(defaults);
  expect(parseLocalSettings({ PORT: "", HOST: "", MINDSET_API_HOST: "", MINDSET_API_KEY: "" })).toEqual(defaults);
});

test("PORT is the first port", () => {
  expect(parseLocalSettings({ PORT: "65530" }).firstPort).toBe(65_530);
});

test.each(["0", "65531", "99999", "-1", "3e3", "3000 ", "http"])("fails if PORT is %j", (PORT) => {
  expect(() => parseLocalSettings({ PORT })).toThrow(
    new LocalSettingsError(`PORT is ${JSON.stringify(PORT)}; it must be a number from 1 to 65530, e.g. 3000.`),
  );
});

test.each(["127.0.0.1", "0.0.0.0"] as const)("HOST can be %s", (HOST) => {
  expect(parseLocalSettings({ HOST }).host).toBe(HOST);
});

test.each(["localhost", "::", "192.0.2.1"])("fails if HOST is %j", (HOST) => {
  expect(() => parseLocalSettings({ HOST })).toThrow(
    new LocalSettingsError(`HOST is "${HOST}"; it must be 127.0.0.1 or 0.0.0.0.`),
  );
});

test("fails if the network could reach a real API key", () => {
  expect(() => parseLocalSettings({ ...REAL, HOST: "0.0.0.0" })).toThrow(/^HOST=0\.0\.0\.0 .* your API key/);
  expect(parseLocalSettings({ ...REAL, HOST: "127.0.0.1" }).realApp).toBeDefined();
});

test("host and app select the real Mindset", () => {
  expect(parseLocalSettings(REAL).realApp).toEqual({ apiHost: "a.api.mindset.ai", appUid: "my-app" });
});

test("fails with only one of host and app, and names the missing one", () => {
  expect(() => parseLocalSettings({ ...REAL, MINDSET_APP_UID: "" })).toThrow(/^MINDSET_APP_UID is missing/);
  expect(() => parseLocalSettings({ ...REAL, MINDSET_API_HOST: undefined })).toThrow(/^MINDSET_API_HOST is missing/);
});

test("fails with a key in the environment, and never shows it", () => {
  function parse() {
    return parseLocalSettings({ ...REAL, PORT: "x", MINDSET_API_KEY: "sentinel" });
  }

  expect(parse).toThrow(/^PORT is .*\nMINDSET_API_KEY is set, but npm start does not read it/);
  expect(parse).not.toThrow("sentinel");
});

test.each(["api.mindset.ai.attacker.example", "mindset.example", "http://localhost:4000"])(
  "fails for the API host %j, unless any host is allowed",
  (MINDSET_API_HOST) => {
    const environment = { ...REAL, MINDSET_API_HOST };

    expect(() => parseLocalSettings(environment)).toThrow(/would get your API key.*npm start -- --allow-any-api-host/);
    expect(parseLocalSettings(environment, ["--allow-any-api-host"]).realApp?.apiHost).toBe(MINDSET_API_HOST);
  },
);

test("fails immediately with what the function would refuse at its first request", () => {
  const environment = { MINDSET_API_HOST: "https://a.api.mindset.ai", MINDSET_APP_UID: "my app" };

  expect(() => parseLocalSettings(environment)).toThrow(/MINDSET_API_HOST is .*MINDSET_APP_UID is /s);
});

test("fails with an unknown option, and names it", () => {
  expect(() => parseLocalSettings({ PORT: "x" }, ["--prot=3000"])).toThrow(
    /'--prot'.*docs\/development\.md\.\nPORT is/,
  );
});

test("the SDK is shown with the real Mindset, and an agent if there is one", () => {
  expect(parseLocalSettings({ MINDSET_AGENT_UID: "agent-1" }).realSdk).toBeUndefined();
  expect(parseLocalSettings({ ...REAL, MINDSET_SDK_URL }).realSdk).toEqual({ sdkUrl: MINDSET_SDK_URL });
  expect(parseLocalSettings({ ...REAL, MINDSET_SDK_URL, MINDSET_AGENT_UID: "agent-1" }).realSdk).toEqual({
    sdkUrl: MINDSET_SDK_URL,
    agentUid: "agent-1",
  });
});

test.each(["mindset-sdk3.umd.js", "http://a.example.com/", "javascript:alert(1)"])(
  "fails if MINDSET_SDK_URL is %j",
  (url) => {
    expect(() => parseLocalSettings({ ...REAL, MINDSET_SDK_URL: url })).toThrow(
      new LocalSettingsError(`MINDSET_SDK_URL is "${url}"; it must be the https URL of the SDK's script.`),
    );
  },
);

test("fails if the real SDK would get tokens of the fake Mindset API", () => {
  expect(() => parseLocalSettings({ MINDSET_SDK_URL })).toThrow(/^MINDSET_SDK_URL needs the real Mindset/);
});
