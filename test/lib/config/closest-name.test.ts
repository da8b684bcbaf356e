import { describe, expect, test } from "@jest/globals";
import { closestName } from "../../../lib/config/closest-name.ts";

const NAMES = ["apiHost", "issuer", "allowedOrigins", "apiKeySecretArn"];

describe("closestName", () => {
  test.each([
    ["apihost", "apiHost"],
    ["apihots", "apiHost"],
    ["isuer", "issuer"],
    ["issuerr", "issuer"],
    ["issuor", "issuer"],
    ["allowedOrigin", "allowedOrigins"],
    ["origins", "allowedOrigins"],
    ["secretArn", "apiKeySecretArn"],
  ])("takes %s for %s", (typed, meant) => {
    expect(closestName(typed, NAMES)).toBe(meant);
  });

  test.each(["", "arn", "tokenLifetime", "__proto__"])("has no guess for %p", (typed) => {
    expect(closestName(typed, NAMES)).toBeUndefined();
  });
});
