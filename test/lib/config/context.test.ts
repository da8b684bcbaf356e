import { describe, expect, test } from "@jest/globals";
import { settingsFromContext, stackNameOf } from "../../../lib/config/context.ts";

describe("settingsFromContext", () => {
  test("passes the settings of cdk.json on unchanged", () => {
    const mindset = { apiHost: "a.api.mindset.ai", audience: ["a", "b"], throttle: { rateLimit: 20 } };
    expect(settingsFromContext({ mindset, "@aws-cdk/core:flag": true })).toEqual(mindset);
  });

  test("gives no settings if nothing is configured", () => {
    expect(settingsFromContext({})).toEqual({});
  });

  test("prefers the command line to cdk.json", () => {
    expect(
      settingsFromContext({ mindset: { apiHost: "a.api.mindset.ai", appUid: "one" }, "mindset.appUid": "two" }),
    ).toEqual({ apiHost: "a.api.mindset.ai", appUid: "two" });
  });

  test.each([
    ["mindset.signIn.audience", "a,b", { signIn: { audience: ["a", "b"] } }],
    ["mindset.signIn.audience", "a, b", { signIn: { audience: ["a", "b"] } }],
    ["mindset.signIn.audience", '["a","b"]', { signIn: { audience: ["a", "b"] } }],
    ["mindset.signIn.audience", "[a,b]", { signIn: { audience: "[a,b]" } }],
    ["mindset.signIn.scopes", "token:issue", { signIn: { scopes: ["token:issue"] } }],
    ["mindset.allowedOrigins", "", { allowedOrigins: [] }],
    ["mindset.throttle.rateLimit", "20", { throttle: { rateLimit: 20 } }],
    ["mindset.throttle", '{"burstLimit":5}', { throttle: { burstLimit: 5 } }],
    ["mindset.logRetentionDays", "14", { logRetentionDays: 14 }],
    ["mindset.logRetentionDays", "long", { logRetentionDays: "long" }],
    ["mindset.allowAnyApiHost", "true", { allowAnyApiHost: true }],
    ["mindset.appUid", "12345", { appUid: "12345" }],
    ["mindset.nameClaim", "true", { nameClaim: "true" }],
    ["mindset", '{"appUid":"one"}', { appUid: "one" }],
    ["mindset.signIn", '{"type":"userinfo"}', { signIn: { type: "userinfo" } }],
    ["mindset.signIn.type", "oidc", { signIn: { type: "oidc" } }],
    ["mindset.signIn.issuers", '[{"issuer":"x"}]', { signIn: { issuers: [{ issuer: "x" }] } }],
    ["mindset.signIn.token.cookie", "session", { signIn: { token: { cookie: "session" } } }],
    ["mindset.signIn.forward", "cookie:a,cookie:b", { signIn: { forward: ["cookie:a", "cookie:b"] } }],
    ["mindset.signIn.headers.origin", "https://a.example", { signIn: { headers: { origin: "https://a.example" } } }],
    ["mindset.signIn.allowTokensOfOtherClients", "true", { signIn: { allowTokensOfOtherClients: true } }],
  ])("reads -c %s=%s", (key, value, settings) => {
    expect(settingsFromContext({ [key]: value })).toEqual(settings);
  });

  test("merges nested settings", () => {
    const mindset = { throttle: { burstLimit: 5 } };
    expect(settingsFromContext({ mindset, "mindset.throttle.rateLimit": "20" })).toEqual({
      throttle: { burstLimit: 5, rateLimit: 20 },
    });
  });

  test("passes on values that are not text unchanged", () => {
    expect(settingsFromContext({ "mindset.signIn.audience": ["a"], "mindset.allowAnyApiHost": true })).toEqual({
      signIn: { audience: ["a"] },
      allowAnyApiHost: true,
    });
  });

  test("passes unknown settings on to the parser", () => {
    expect(
      settingsFromContext({ "mindset.apihost": "x", "mindset.apiHost.port": "1", "mindset.throttle.x": "1" }),
    ).toEqual({
      apihost: "x",
      "apiHost.port": "1",
      throttle: { x: "1" },
    });
  });

  test("passes settings that are not an object on to the parser", () => {
    expect(settingsFromContext({ mindset: "a.api.mindset.ai", "mindset.appUid": "one" })).toBe("a.api.mindset.ai");
    expect(settingsFromContext({ mindset: ["a"], "mindset.appUid": "one" })).toEqual(["a"]);
    expect(settingsFromContext({ mindset: 7, env: "prod" })).toBe(7);
  });

  describe("with environments", () => {
    const mindset = {
      appUid: "common",
      throttle: { rateLimit: 5, burstLimit: 5 },
      environments: { "not a name": {}, 7: {}, dev: {}, prod: { appUid: "prod", throttle: { rateLimit: 50 } } },
    };

    test("deploys a stack for each", () => {
      expect(stackNameOf({ env: "prod" })).toBe("MindsetTokenEndpoint-prod");
      expect(stackNameOf({})).toBe("MindsetTokenEndpoint");
    });

    test("uses the settings of the chosen one, which replace the common ones", () => {
      expect(settingsFromContext({ mindset, env: "prod" })).toEqual({ appUid: "prod", throttle: { rateLimit: 50 } });
      expect(settingsFromContext({ mindset, env: "dev" })).toEqual({
        appUid: "common",
        throttle: { rateLimit: 5, burstLimit: 5 },
      });
    });

    test("prefers the command line to the environment", () => {
      expect(settingsFromContext({ mindset, env: "prod", "mindset.appUid": "other" })).toMatchObject({
        appUid: "other",
      });
    });

    test.each([
      ["without env", { mindset }, "env=dev or -c env=prod; with npm run doctor and npm run set-key, --env NAME."],
      ["for an unknown one", { mindset, env: "test" }, "env is not an environment with settings. Write -c env="],
      ["for a name of Object's", { mindset, env: "constructor" }, "env is not an environment"],
      ["for the name of a prototype", { mindset, env: "__proto__" }, "env is not an environment"],
      ["for a name that no stack can have", { mindset, env: "not a name" }, "env is not an environment"],
      ["for a number", { mindset, env: 7 }, "env is not an environment"],
      ["if none exist", { mindset: { appUid: "a" }, env: "prod" }, "environments is empty or missing"],
      ["if they are not an object", { mindset: { environments: ["prod"] }, env: "prod" }, "environments is empty"],
    ])("fails %s", (_, context, problem) => {
      expect(() => settingsFromContext(context)).toThrow(problem);
    });

    test("fails with an example of environments if none exist", () => {
      expect(() => settingsFromContext({ env: "prod" })).toThrow('"environments": {\n        "dev": {');
      expect(() => settingsFromContext({ env: "prod" })).not.toThrow("signIn");
    });
  });

  test("never changes a prototype", () => {
    const settings = settingsFromContext({ "mindset.__proto__": "x", "mindset.throttle.__proto__": "y" });
    expect(Object.getPrototypeOf(settings)).toBe(Object.prototype);
    expect(Object.keys(settings as object)).toEqual(["__proto__", "throttle"]);
  });
});
