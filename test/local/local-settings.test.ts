import { expect, test } from "@jest/globals";
import { LocalSettingsError, parseLocalSettings } from "../../local/local-settings.ts";

const REAL = { MINDSET_API_HOST: "a.api.mindset.ai", MINDSET_APP_UID: "my-app", MINDSET_API_KEY: "my-key" };

test("without any setting the ports begin at 3000 and the stand-in is called", () => {
  expect(parseLocalSettings({})).toEqual({ firstPort: 3000 });
  expect(parseLocalSettings({ PORT: "", MINDSET_API_KEY: "" })).toEqual({ firstPort: 3000 });
});

test("PORT is the first port", () => {
  expect(parseLocalSettings({ PORT: "65532" })).toEqual({ firstPort: 65_532 });
});

test("host, app and key together mean the real Mindset", () => {
  expect(parseLocalSettings(REAL).realMindset).toEqual({
    apiHost: "a.api.mindset.ai",
    appUid: "my-app",
    apiKey: "my-key",
  });
});

test.each(["0", "65533", "99999", "-1", "3e3", "3000 ", "http"])(
  "fails when PORT is %j, and says what it may be",
  (PORT) => {
    expect(() => parseLocalSettings({ PORT })).toThrow(
      new LocalSettingsError(`PORT is ${JSON.stringify(PORT)}; it must be a number from 1 to 65532, e.g. 3000.`),
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
  const parse = () => parseLocalSettings({ PORT: "x", MINDSET_API_KEY: "sentinel" });

  expect(parse).toThrow(/^PORT is .*missing: MINDSET_API_HOST, MINDSET_APP_UID/s);
  expect(parse).not.toThrow("sentinel");
});
