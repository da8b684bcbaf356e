import { describe, expect, test } from "@jest/globals";
import { parseSetKeySettings } from "../../../bin/set-key/settings.ts";

const ARGS = ["--secret-id", "mindset-key", "--api-host", "a.api.mindset.ai", "--app-uid", "my-app"];

describe("the settings of set-key", () => {
  test("are on the command line", () => {
    expect(parseSetKeySettings(ARGS, undefined)).toMatchObject({
      apiKeySecretId: "mindset-key",
      apiOrigin: { protocol: "https:", hostname: "a.api.mindset.ai", port: 443 },
      appUid: "my-app",
    });
  });

  test("are the deployment's where the command line does not say otherwise", () => {
    const deployment = { apiHost: "b.api.mindset.ai", appUid: "deployed-app", issuer: "https://login.example.com/" };
    expect(parseSetKeySettings(["--secret-id=s", "--app-uid=my-app"], deployment)).toMatchObject({
      apiOrigin: { hostname: "b.api.mindset.ai" },
      appUid: "my-app",
    });
  });

  test.each([[undefined], [null], ["text"], [{ apiHost: 7, appUid: null }]])(
    "fails and names every option that is missing (deployment: %j)",
    (deployment) => {
      function parse() {
        return parseSetKeySettings([], deployment);
      }
      expect(parse).toThrow(expect.objectContaining({ name: "SetKeyError" }));
      for (const option of ["--secret-id", "--api-host", "--app-uid"]) expect(parse).toThrow(`${option} is missing`);
      expect(parse).not.toThrow(/MINDSET_/);
    },
  );

  test("fails for a host that is not Mindset's, unless the deployment permits it", () => {
    const args = ["--secret-id", "s", "--app-uid", "a", "--api-host", "a.api.mindset.ai.evil.example"];
    expect(() => parseSetKeySettings(args, {})).toThrow("would be sent the key");
    expect(() => parseSetKeySettings(args, { allowAnyApiHost: true })).not.toThrow();
  });

  test("fails for a host that is none", () => {
    expect(() => parseSetKeySettings(["--secret-id=s", "--app-uid=a", "--api-host=https://x/y"], {})).toThrow(
      "--api-host is invalid",
    );
  });

  test.each([
    [["sentinel-key"]],
    [["--api-key", "sentinel-key"]],
    [["--key=sentinel-key"]],
    [[...ARGS, "sentinel-key"]],
    [["-k", "sentinel-key"]],
  ])("fails for anything else, which may be the key, and does not repeat it: %j", (args) => {
    function parse() {
      return parseSetKeySettings(args, undefined);
    }
    expect(parse).toThrow("The key is never an argument");
    expect(parse).not.toThrow(/sentinel/);
  });
});
