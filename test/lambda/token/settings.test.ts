import { describe, expect, test } from "@jest/globals";
import { FORBIDDEN_IDENTITY_CLAIMS, MUTABLE_IDENTITY_CLAIMS } from "../../../lambda/contract.ts";
import { parseSettings } from "../../../lambda/token/settings.ts";

const minimal = {
  MINDSET_API_HOST: "a.api.mindset.ai",
  MINDSET_APP_UID: "app_1-x",
  MINDSET_API_KEY_SECRET_ARN: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:mindset/api-key-AbCdEf",
};
function problems(environment: Record<string, string | undefined>): string {
  try {
    parseSettings(environment);
  } catch (error) {
    expect(error).toMatchObject({ code: "CONFIG_INVALID", publicCode: "SERVICE_MISCONFIGURED", status: 500 });
    return (error as Error).message;
  }
  return "";
}

describe("the settings", () => {
  test("need three variables; the others have defaults", () => {
    expect(parseSettings(minimal)).toEqual({
      apiOrigin: { protocol: "https:", hostname: "a.api.mindset.ai", port: 443 },
      appUid: "app_1-x",
      apiKeySecretId: minimal.MINDSET_API_KEY_SECRET_ARN,
      identity: {
        source: "jwt",
        claim: "sub",
        field: "externalId",
        mapping: "auto",
        nameClaim: "name",
        acceptIdTokens: false,
      },
      cookieOrigins: undefined,
    });
  });

  test("take every other value", () => {
    const variables = { IDENTITY_SOURCE: "lambda", IDENTITY_FIELD: "userEmail", IDENTITY_MAPPING: "strict" };
    expect(parseSettings({ ...minimal, ...variables, ACCEPT_ID_TOKENS: "true", NAME_CLAIM: "nick" }).identity).toEqual({
      source: "lambda",
      claim: "sub",
      field: "userEmail",
      mapping: "strict",
      nameClaim: "nick",
      acceptIdTokens: true,
    });
  });

  test("treat an empty variable as absent", () => {
    expect(parseSettings({ ...minimal, IDENTITY_CLAIM: "", ACCEPT_ID_TOKENS: "" }).identity.claim).toBe("sub");
  });

  test.each([
    ["a.api.mindset.ai:8443", { protocol: "https:", hostname: "a.api.mindset.ai", port: 8443 }],
    ["127.0.0.1:8443", { protocol: "https:", hostname: "127.0.0.1", port: 8443 }],
    ["http://localhost:3002", { protocol: "http:", hostname: "localhost", port: 3002 }],
    ["http://[::1]:3002", { protocol: "http:", hostname: "::1", port: 3002 }],
    ["http://host.docker.internal:3002", { protocol: "http:", hostname: "host.docker.internal", port: 3002 }],
  ])("take the host %s", (MINDSET_API_HOST, expected) => {
    expect(parseSettings({ ...minimal, MINDSET_API_HOST }).apiOrigin).toEqual(expected);
  });

  test("reject a host that the stack rejects", () => {
    for (const MINDSET_API_HOST of ["https://a.api.mindset.ai", "A.API.mindset.ai", "999.999.999.999"]) {
      expect(problems({ ...minimal, MINDSET_API_HOST })).toContain("MINDSET_API_HOST is invalid");
    }
  });

  test.each(["sub", "oid", "https://example.com/user_id"])("take the identity claim %s", (IDENTITY_CLAIM) => {
    expect(parseSettings({ ...minimal, IDENTITY_CLAIM }).identity.claim).toBe(IDENTITY_CLAIM);
  });

  test.each(FORBIDDEN_IDENTITY_CLAIMS)("refuse the identity claim %s, which many callers share", (IDENTITY_CLAIM) => {
    const environment = { ...minimal, IDENTITY_CLAIM, ALLOW_MUTABLE_IDENTITY_CLAIM: "true" };
    expect(problems(environment)).toContain("IDENTITY_CLAIM is invalid");
  });

  test.each(MUTABLE_IDENTITY_CLAIMS)(
    "take the identity claim %s, which users can change, only if that is allowed",
    (name) => {
      const environment = { ...minimal, IDENTITY_CLAIM: name };
      expect(problems(environment)).toContain("needs ALLOW_MUTABLE_IDENTITY_CLAIM");
      expect(parseSettings({ ...environment, ALLOW_MUTABLE_IDENTITY_CLAIM: "true" }).identity.claim).toBe(name);
    },
  );

  test.each(["app_metadata.org_id", "https://example.com/tid", "user.email", "https://example.com/email"])(
    "refuse the identity claim %s by its last part",
    (IDENTITY_CLAIM) => {
      const environment = { ...minimal, IDENTITY_CLAIM, ALLOW_MUTABLE_IDENTITY_CLAIM: "true" };
      expect(problems(environment)).toContain("IDENTITY_CLAIM is invalid");
    },
  );

  test.each(["user_metadata.employee", "user.username", "https://example.com/nickname"])(
    "take the identity claim %s only if claims that users can change are allowed",
    (IDENTITY_CLAIM) => {
      expect(problems({ ...minimal, IDENTITY_CLAIM })).toContain("needs ALLOW_MUTABLE_IDENTITY_CLAIM");
    },
  );

  test.each(["ALLOW_MUTABLE_IDENTITY_CLAIM", "ACCEPT_ID_TOKENS"])("take %s only as true", (name) => {
    expect(problems({ ...minimal, [name]: "false" })).toContain(`${name} is invalid`);
    expect(problems({ ...minimal, [name]: "true" })).toBe("");
  });

  test("take the origins that may send cookies", () => {
    const COOKIE_ORIGINS = "https://app.example.com,http://localhost:5173";
    const cookieOrigins = ["https://app.example.com", "http://localhost:5173"];
    expect(parseSettings({ ...minimal, COOKIE_ORIGINS })).toMatchObject({ cookieOrigins });
  });

  test.each(["*", "app.example.com", "https://a.example, https://b.example", "https://a.example/", "null", ","])(
    "refuse the origins %j",
    (COOKIE_ORIGINS) => {
      expect(problems({ ...minimal, COOKIE_ORIGINS })).toContain("COOKIE_ORIGINS is invalid");
    },
  );

  test("list every problem, without any value", () => {
    const pasted = "sk-live-sentinel key";
    const message = problems({
      MINDSET_APP_UID: pasted,
      MINDSET_API_KEY_SECRET_ARN: pasted,
      IDENTITY_SOURCE: "iam",
      IDENTITY_CLAIM: "a b",
      IDENTITY_FIELD: pasted,
      IDENTITY_MAPPING: "loose",
      NAME_CLAIM: "é",
    });
    expect(message).toBe(
      "Invalid settings of the function: " +
        `MINDSET_API_HOST is missing, set it to Mindset's API host alone, such as "a.api.mindset.ai"; ` +
        "MINDSET_APP_UID is invalid, set it to the Mindset application's uid (letters, digits, _ and -, at most 128); " +
        "MINDSET_API_KEY_SECRET_ARN is invalid, set it to the ARN or name of the secret that holds the Mindset API key; " +
        'IDENTITY_SOURCE is invalid, set it to "jwt" or "lambda"; ' +
        'IDENTITY_CLAIM is invalid, set it to a claim that identifies one user permanently, such as "sub" (many users share ' +
        'a claim such as "aud"; one that users can change, such as "email", needs ALLOW_MUTABLE_IDENTITY_CLAIM); ' +
        'IDENTITY_FIELD is invalid, set it to "externalId" or "userEmail"; ' +
        'IDENTITY_MAPPING is invalid, set it to "auto" or "strict"; ' +
        'NAME_CLAIM is invalid, set it to the name of the claim that holds the friendly name, such as "name".',
    );
  });
});
