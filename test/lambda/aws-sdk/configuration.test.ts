import { afterEach, describe, expect, test } from "@jest/globals";
import * as sdk from "@smithy/core/config";
import * as ours from "../../../lambda/aws-sdk/configuration.ts";

const before = { ...process.env };
afterEach(() => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
});

describe.each([
  ["AWS_USE_FIPS_ENDPOINT", ours.NODE_USE_FIPS_ENDPOINT_CONFIG_OPTIONS, sdk.NODE_USE_FIPS_ENDPOINT_CONFIG_OPTIONS],
  [
    "AWS_USE_DUALSTACK_ENDPOINT",
    ours.NODE_USE_DUALSTACK_ENDPOINT_CONFIG_OPTIONS,
    sdk.NODE_USE_DUALSTACK_ENDPOINT_CONFIG_OPTIONS,
  ],
])("%s", (name, ourSetting, sdkSetting) => {
  test.each([["true"], ["false"], ["maybe"], [undefined]])("%s: same result as the SDK", async (value) => {
    if (value !== undefined) process.env[name] = value;
    expect(await ours.loadConfig(ourSetting)()).toBe(await sdk.loadConfig(sdkSetting)());
  });
});

describe("a setting", () => {
  const setting = { environmentVariableSelector: ({ TEST_SETTING }: NodeJS.ProcessEnv) => TEST_SETTING };

  test("is read from its variable", async () => {
    process.env.TEST_SETTING = "given";
    expect(await ours.loadConfig({ ...setting, default: "other" })()).toBe("given");
  });

  test("has a default, or a function that returns it", async () => {
    expect(await ours.loadConfig({ ...setting, default: "other" })()).toBe("other");
    expect(await ours.loadConfig({ ...setting, default: async () => "later" })()).toBe("later");
  });
});

describe("the region", () => {
  test("is the given one, or the one in AWS_REGION", async () => {
    expect(await ours.resolveRegionConfig({ region: "eu-west-1" }).region()).toBe("eu-west-1");
    process.env.AWS_REGION = "cn-north-1";
    const region = ours.loadConfig(ours.NODE_REGION_CONFIG_OPTIONS) as () => Promise<string>;
    expect(await ours.resolveRegionConfig({ region }).region()).toBe("cn-north-1");
  });

  test.each([[""], ["evil.example.com/"], ["-eu"], ["a".repeat(64)], [undefined]])(
    "fails when it is %j",
    async (region) => {
      const settings = ours.resolveRegionConfig({ region });
      await expect(settings.region()).rejects.toThrow("no valid region");
    },
  );
});

test("constants and the defaults mode have the SDK's values", async () => {
  expect(ours.REGION_INI_NAME).toBe(sdk.REGION_INI_NAME);
  expect(ours.CONFIG_PREFIX_SEPARATOR).toBe(sdk.CONFIG_PREFIX_SEPARATOR);
  expect(ours.SelectorType).toEqual(sdk.SelectorType);
  expect(ours.DEFAULT_USE_DUALSTACK_ENDPOINT).toBe(sdk.DEFAULT_USE_DUALSTACK_ENDPOINT);
  expect(ours.DEFAULT_USE_FIPS_ENDPOINT).toBe(sdk.DEFAULT_USE_FIPS_ENDPOINT);
  expect(await ours.resolveDefaultsModeConfig()()).toBe(await sdk.resolveDefaultsModeConfig()());
});

test("exports no name that the SDK does not export", () => {
  expect(Object.keys(sdk)).toEqual(expect.arrayContaining(Object.keys(ours)));
});
