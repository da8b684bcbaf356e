import { describe, expect, test } from "@jest/globals";
import { parseSetKeyOptions, toSetKeySettings } from "../../../bin/set-key/settings.ts";

const ARGS = ["--secret-id", "mindset-key", "--api-host", "a.api.mindset.ai", "--app-uid", "my-app"];

function parse(args: string[], deployment: unknown = {}, environment: Record<string, string> = {}) {
  return toSetKeySettings(parseSetKeyOptions(args, environment), deployment);
}

describe("the settings of set-key", () => {
  test("are read from the command line", () => {
    expect(parse(ARGS)).toMatchObject({
      apiKeySecretId: "mindset-key",
      apiOrigin: { protocol: "https:", hostname: "a.api.mindset.ai", port: 443 },
      appUid: "my-app",
      endpointOk: false,
    });
    expect(parse([...ARGS, "--endpoint-ok"])).toMatchObject({ endpointOk: true });
  });

  test("are read from cdk.json where the command line does not have them", () => {
    const deployment = { apiHost: "b.api.mindset.ai", appUid: "deployed-app", issuer: "https://login.example.com/" };
    expect(parse(["--secret-id=s", "--app-uid=my-app"], deployment)).toMatchObject({
      apiOrigin: { hostname: "b.api.mindset.ai" },
      appUid: "my-app",
    });
  });

  test.each([[undefined], [null], ["text"], [{ apiHost: 7, appUid: null }]])(
    "fails and names every option that is missing, with the usage (deployment: %j)",
    (deployment) => {
      expect(() => parse([], deployment)).toThrow(expect.objectContaining({ name: "SetKeyError" }));
      for (const text of ["--secret-id is missing", "--api-host is missing", "--app-uid is missing", "Usage: "]) {
        expect(() => parse([], deployment)).toThrow(text);
      }
      expect(() => parse([], deployment)).not.toThrow(/MINDSET_/);
    },
  );

  test("fails for a host that is not Mindset's, unless the deployment allows it", () => {
    const args = ["--secret-id", "s", "--app-uid", "a", "--api-host", "a.api.mindset.ai.evil.example"];
    expect(() => parse(args)).toThrow("the key would be sent to it");
    expect(() => parse(args, { allowAnyApiHost: true })).not.toThrow();
  });

  test("fails for a malformed host", () => {
    expect(() => parse(["--secret-id=s", "--app-uid=a", "--api-host=https://x/y"])).toThrow("--api-host is invalid");
  });

  test.each([
    [["sentinel-key"]],
    [["--api-key", "sentinel-key"]],
    [["--key=sentinel-key"]],
    [[...ARGS, "sentinel-key"]],
    [["-k", "sentinel-key"]],
    [["--sentinel-Key9"]],
  ])("fails with a warning for an argument that can be the key, and does not repeat it: %j", (args) => {
    expect(() => parse(args)).toThrow("Do not write the key on the command line");
    expect(() => parse(args)).not.toThrow(/sentinel/);
  });

  test("fails for an unknown option, names it, and does not warn", () => {
    expect(() => parse([...ARGS, "--dry-run"])).toThrow("There is no option --dry-run.");
    expect(() => parse([...ARGS, "--dry-run"])).not.toThrow("Do not write the key");
  });

  test("fails for an option without its value", () => {
    expect(() => parse(["--secret-id"])).toThrow("--secret-id needs a value");
  });

  test("fails and says how to quote the dashes where PowerShell has dropped them", () => {
    const taken = { npm_config_secret_id: "true", npm_config_api_host: "a.api.mindset.ai" };
    expect(() => parse(["a.api.mindset.ai"], {}, taken)).toThrow("Quote them: npm run set-key '--' --secret-id ARN");
    expect(() => parse(["a.api.mindset.ai"], {}, taken)).not.toThrow("Do not write the key");
  });
});
