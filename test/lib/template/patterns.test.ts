import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { DeploymentConfig } from "../../../lib/config/deployment-config.ts";
import { parseDeploymentConfig } from "../../../lib/config/parse.ts";
import { parametersOf } from "../../../lib/template/parameters.ts";
import { EXAMPLE, OWN_ARN, SIGN_INS } from "../../support/stack/synth.ts";

const GUID = "4c5a1c2e-0000-4000-8000-0123456789ab";
const SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:mindset-a1B2c3";

/** CloudFormation would insert a secret. */
const DYNAMIC_REFERENCE = "{{resolve:secretsmanager:any}}";

interface Rule {
  parameter: string;
  settings(value: string): Partial<DeploymentConfig>;
  accepted: string[];
  refused: string[];
  /** Parts of values that a fuzzer puts together. */
  parts?: string[];
}

const ISSUER_PARTS = [
  ...["https://", "http://", "/", "//", ".", "..", "%2e", ":", ":443", ":8443", ":0", ":99999", "?a", "#a", "@", "*"],
  ...[
    "a",
    "A",
    "1",
    "0x1",
    "1.2.3.4",
    "1.2.3.256",
    "-",
    "_",
    "login.example.com",
    "[::1]",
    "é",
    " ",
    "\\",
    "|",
    "^",
    "{",
  ],
  ...[
    "acme.auth0.com",
    "acme.okta.com",
    "oauth2",
    "realms",
    "auth",
    "login.microsoftonline.com",
    "common",
    GUID,
    "v2.0",
  ],
  ...["/.well-known/", "sts.windows.net", "api.workos.com", "user_management", "x.supabase.co", "/auth/v1", "\n"],
];

const ISSUERS = {
  accepted: [
    ...["https://login.example.com", "https://login.example.com/", "https://login.example.com:8443/realms/Main"],
    ...["https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI", "https://acme.eu.auth0.com/"],
    ...["https://acme.oktapreview.com/oauth2/aus9o8wzkhckw9TLa0h7", "https://id.example.com/auth/realms/shop"],
    ...[`https://login.microsoftonline.com/${GUID}/v2.0`, `https://sts.windows.net/${GUID}/`, "https://localhost:9443"],
    ...["https://happy-cat-7.clerk.accounts.dev", "https://securetoken.google.com/acme", "https://127.0.0.1:9443/a|b"],
    ...[
      "https://api.workos.com/user_management/client_01HXYZ",
      "https://xn--bcher-kva.example/",
      "https://a.example/a//b",
    ],
  ],
  refused: [
    ...["", "http://login.example.com", "HTTPS://login.example.com", "login.example.com", "https://"],
    ...["https://login.example.com/?a=b", "https://login.example.com/#a", "https://login.example.com/ "],
    ...["https://login.example.com/\n", "https://*.auth0.com/", "https:///login.example.com"],
    ...["https://login.ex\u0430mple.com/", "https://Login.example.com/", "https://login.example.com:443/"],
    ...["https://login.example.com:0443/", "https://login.example.com:65536/", "https://login.example.com:/"],
    ...["https://login.example.com/a/../b", "https://login.example.com/a/.", "https://login.example.com/%2e%2E/b"],
    ...["https://login.example.com/a\\b", "https://login.example.com/a{b}", 'https://login.example.com/"'],
    ...["https://user:pass@login.example.com/", "https://login.example.com/a@b", "https://1.2.3/", "https://0x7f.1/"],
    ...["https://login.example.com/.well-known/openid-configuration"],
    ...["https://cognito-idp.REGION.amazonaws.com/USER_POOL_ID", "https://acme.auth.eu-west-1.amazoncognito.com"],
    ...["https://acme.eu.auth0.com", "https://acme.okta.com", "https://acme.okta.com/oauth2/default/"],
    ...["common", "organizations", "consumers", "contoso.onmicrosoft.com"].map(
      (tenant) => `https://login.microsoftonline.com/${tenant}/v2.0`,
    ),
    ...[`https://login.microsoftonline.com/${GUID}/`, "https://happy-cat-7.clerk.accounts.dev/"],
    ...["https://securetoken.google.com/acme/", "https://id.example.com/realms/shop/", "https://api.workos.com/"],
    ...["https://abcdefgh.supabase.co"],
  ],
  parts: ISSUER_PARTS,
};

const SUPABASE = "https://abcdefgh.supabase.co/auth/v1";

const API_HOSTS = {
  accepted: ["a.api.mindset.ai", "a.b-1.api.mindset.ai", "a.api.mindset.ai:443", "a.api.mindset.ai:8443"],
  refused: [
    ...[
      "",
      "https://a.api.mindset.ai",
      "http://a.api.mindset.ai",
      "A.api.mindset.ai",
      "a.api.mindset.ai/",
      "a@a.api.mindset.ai",
    ],
    ...[
      "a.api.mindset.ai:80",
      "a.api.mindset.ai:1023",
      "a.api.mindset.ai:99999",
      "a.api.mindset.ai:01443",
      ".api.mindset.ai",
    ],
    ...[
      "-a.api.mindset.ai",
      "a.api.mindset.ai ",
      "a.api.mindset.ai\n",
      `${"a".repeat(64)}.api.mindset.ai`,
      "a..api.mindset.ai",
    ],
  ],
  parts: [
    "a",
    "A",
    ".",
    ".api.mindset.ai",
    ":",
    "443",
    "80",
    "1023",
    "1024",
    "65536",
    "/",
    "@",
    "-",
    "http://",
    "localhost",
    "1.2",
    " ",
  ],
};
const OTHER_HOSTS = [
  "mindset.example.com",
  "localhost:3002",
  "http://localhost:3002",
  "http://[::1]:3002",
  "10.1.2.3:8443",
];

const ORIGINS = {
  accepted: [
    ...["https://app.example.com", "https://app.example.com:8443", "https://localhost", "http://localhost:5173"],
    ...["http://localhost", "http://127.0.0.1:5173", "https://10.1.2.3"],
  ],
  refused: [
    ...["*", "https://*", "https://*.example.com", "null", "file://", "https://", "capacitor://localhost"],
    ...[
      "https://app.example.com/",
      "https://app.example.com/page",
      "https://App.Example.com",
      "HTTPS://app.example.com",
    ],
    ...["https://app.example.com:443", "https://user@app.example.com", "https://bücher.example", "https://a.example?b"],
    ...["http://app.example.com", "http://localhost:80", "http://localhost:5173/", "http://localhost:99999"],
    ...["http://localhost.evil.example:8080", "https://app.example.com\n"],
  ],
  parts: ISSUER_PARTS,
};

const RULES: Record<string, Rule> = {
  "the host": {
    parameter: "ApiHost",
    settings: (apiHost) => ({ apiHost }),
    ...API_HOSTS,
    refused: [
      ...API_HOSTS.refused,
      ...OTHER_HOSTS,
      "api.mindset.ai",
      "a.api.mindset.ai.example.com",
      "aapi.mindset.ai",
    ],
  },
  "any host": {
    parameter: "ApiHost",
    settings: (apiHost) => ({ apiHost, allowAnyApiHost: true }),
    ...API_HOSTS,
    accepted: [...API_HOSTS.accepted, ...OTHER_HOSTS],
    refused: [
      ...API_HOSTS.refused,
      "http://mindset.example.com",
      "http://localhost:99999",
      "http://localhost",
      "1.2.3.256",
    ],
  },
  "the application": {
    parameter: "AppUid",
    settings: (appUid) => ({ appUid }),
    accepted: ["acme", "Acme_1-2", "a".repeat(128)],
    refused: ["", "your-app-uid", "a b", "a/b", "é", "acme\n", "a".repeat(129)],
  },
  "an issuer of jwt": {
    parameter: "Issuer",
    settings: (issuer) => ({ signIn: { issuer, audience: ["app"] } }),
    ...ISSUERS,
    refused: [...ISSUERS.refused, SUPABASE],
  },
  "an issuer of oidc": {
    parameter: "Issuer",
    settings: (issuer) => ({ signIn: { type: "oidc", issuers: [{ issuer, audience: ["app"] }] } }),
    ...ISSUERS,
    accepted: [...ISSUERS.accepted, SUPABASE],
  },
  "an audience": {
    parameter: "Audience",
    settings: (audience) => ({ signIn: { issuer: "https://login.example.com/", audience: [audience] } }),
    accepted: ["app", "api://4c5a1c2e/app", "https://api.example.com/api/v2", "urn:x:y"],
    refused: [
      ...["", "*", "app*", "your-audience", "my app", "é", "app\n", "a".repeat(1001), DYNAMIC_REFERENCE],
      "https://login.acme.example/userinfo",
    ],
    parts: ["a", "{", "/userinfo", "*", " ", "your-audience", '"', "\\", ",", "é", "\n", "~", "!", "[", "]"],
  },
  scopes: {
    parameter: "Scopes",
    settings: (scopes) => ({
      signIn: { issuer: "https://login.example.com/", audience: ["app"], scopes: scopes.split(",") },
    }),
    accepted: ["mindset:token", "https://api.example.com/token", "a*", "a,b", "a,b,mindset:token"],
    refused: [...[",", "mindset:token,", ",a", "a,,b", "a, b"], "a b", 'a"', "a\\b", "é", "a\n", DYNAMIC_REFERENCE],
    parts: ["a", ",", "{", " ", '"', "\\", "*", "é", "~", "["],
  },
  origins: {
    parameter: "AllowedOrigins",
    settings: (origins) => ({ allowedOrigins: origins.split(",") }),
    ...ORIGINS,
    accepted: [...ORIGINS.accepted, "https://a.example,https://b.example:8443,http://localhost:5173"],
    refused: [
      ...ORIGINS.refused,
      ...[",", "https://a.example,", ",https://a.example", "https://a.example,,https://b.example"],
      ...["https://a.example:443,https://b.example", "http://localhost:80,https://b.example"],
      ...["https://1.2.3,https://b.example", "https://a.example, https://b.example"],
    ],
    parts: [...ORIGINS.parts, ","],
  },
  "an origin of a sign-in with cookies": {
    parameter: "AllowedOrigins",
    settings: (origin) => ({ signIn: SIGN_INS["userinfo with cookies"], allowedOrigins: [origin] }),
    ...ORIGINS,
  },
  "a URL of userinfo": {
    parameter: "UserinfoUrl",
    settings: (url) => ({ signIn: { ...SIGN_INS.userinfo, url } as DeploymentConfig["signIn"] }),
    accepted: [
      "https://app.example.com/me",
      "https://app.example.com/me?a=b&c",
      "https://app.example.com",
      "https://a.example:443/",
    ],
    refused: [
      ...[
        "",
        "http://app.example.com/me",
        "app.example.com/me",
        "https://",
        "https://app.example.com/#a",
        "https://a.example/ b",
      ],
      ...[
        "https://*.example.com/me",
        "https://user@app.example.com/me",
        "https://app.example.com:99999/",
        "https://x.com/me",
      ],
      ...[
        "https://api.github.com/user",
        "https://graph.microsoft.com:443/oidc",
        "https://openidconnect.googleapis.com",
      ],
      `https://app.example.com/?a=${DYNAMIC_REFERENCE}`,
      ...["https://github.com", "https://github.com?a", "https://graph.microsoft.com./oidc/userinfo"],
    ],
    parts: [...ISSUER_PARTS, "github.com", ".github.com", "x.com"],
  },
  "an authorizer": {
    parameter: "AuthorizerArn",
    settings: (authorizerArn) => ({ signIn: { type: "lambda", authorizerArn } }),
    accepted: [OWN_ARN, `${OWN_ARN}:live`, OWN_ARN.replace("aws", "aws-cn")],
    refused: ["", "authorizer", OWN_ARN.replace("lambda", "iam"), `${OWN_ARN}\n`],
  },
  "a topic": {
    parameter: "AlarmTopicArn",
    settings: (alarmTopicArn) => ({ alarmTopicArn }),
    accepted: ["arn:aws:sns:eu-west-1:123456789012:on-call"],
    refused: ["on-call", "arn:aws:sqs:eu-west-1:123456789012:on-call", "arn:aws:sns:eu-west-1:123456789012:*"],
  },
  "a secret": {
    parameter: "ExistingSecretArn",
    settings: (apiKeySecretArn) => ({ apiKeySecretArn }),
    accepted: [SECRET],
    refused: ["mindset", SECRET.slice(0, -7), `${SECRET}*`],
  },
};

describe.each(Object.entries(RULES))("%s", (_, { parameter, settings, accepted, refused, parts }) => {
  function isAcceptedBySynth(value: string): boolean {
    try {
      parseDeploymentConfig({ ...EXAMPLE, ...settings(value) });
      return true;
    } catch {
      return false;
    }
  }
  const { allowedPattern = "" } = parametersOf({ ...EXAMPLE, ...settings("a") })[parameter] ?? {};
  const pattern = new RegExp(`^(?:${allowedPattern})$`);

  test.each(accepted)("%p passes cdk synth, and is a value of the parameter", (value) => {
    expect([isAcceptedBySynth(value), pattern.test(value)]).toEqual([true, true]);
  });

  test.each(refused)("%p fails cdk synth, and is no value of the parameter", (value) => {
    expect([isAcceptedBySynth(value), pattern.test(value)]).toEqual([false, false]);
  });

  test("is no value of the parameter if it is too long for Java's regular expressions", () => {
    expect(pattern.test(`https://${"a.".repeat(600)}com`)).toBe(false);
    expect(pattern.test(`https://login.example.com/${"a/".repeat(600)}`)).toBe(false);
  });

  test("is never a value of the parameter if cdk synth refuses it", () => {
    const text = fc.array(fc.constantFrom(...(parts ?? accepted)), { maxLength: 8 }).map((chosen) => chosen.join(""));
    const likely = fc
      .tuple(fc.constantFrom("", "https://", "https://login.example.com/"), text)
      .map((both) => both.join(""));
    const isOnlyInTemplate = (value: string) => value !== "" && pattern.test(value) && !isAcceptedBySynth(value);
    fc.assert(
      fc.property(likely, (value) => !isOnlyInTemplate(value)),
      { numRuns: 2_000 },
    );
  });
});

test("an audience that a known provider shares is no value, whatever the issuer", () => {
  const pattern = new RegExp(parametersOf(EXAMPLE).Audience?.allowedPattern ?? "");
  for (const audience of ["account", "https://acme.eu.auth0.com/userinfo", "00000003-0000-0000-c000-000000000000"]) {
    expect(pattern.test(audience)).toBe(false);
  }
});
