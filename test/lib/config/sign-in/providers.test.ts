import { describe, expect, test } from "@jest/globals";
import {
  issuerMismatch,
  PROVIDERS,
  providerPatterns,
  publicUserinfoProblem,
  sharedAudienceProblem,
  signatureProblem,
} from "../../../../lib/config/sign-in/providers.ts";

const ISSUERS = [
  "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI",
  "https://acme.eu.auth0.com/",
  "https://acme.auth0.com/",
  "https://acme.okta.com/oauth2/default",
  "https://acme.oktapreview.com/oauth2/aus9o8wzkhckw9TLa0h7",
  "https://login.microsoftonline.com/4c5a1c2e-0000-4000-8000-0123456789ab/v2.0",
  "https://sts.windows.net/4c5a1c2e-0000-4000-8000-0123456789ab/",
  "https://happy-cat-7.clerk.accounts.dev",
  "https://securetoken.google.com/acme-prod",
  "https://id.example.com/realms/shop",
  "https://id.example.com/auth/realms/shop",
  "https://api.workos.com/user_management/client_01HXYZ",
  "https://abcdefgh.supabase.co/auth/v1",
];

const MISMATCHES: [string, string, string][] = [
  ["https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI/", "Amazon Cognito", "without a slash"],
  ["https://acme.auth.eu-west-1.amazoncognito.com", "Amazon Cognito", "USER_POOL_ID"],
  ["https://acme.eu.auth0.com", "Auth0", "with the slash"],
  ["https://acme.okta.com", "Okta", "/oauth2/default"],
  ["https://acme.okta.com/", "Okta", "custom authorization server"],
  ["https://acme.okta.com/oauth2/default/", "Okta", "/oauth2/default,"],
  ["https://login.microsoftonline.com/common/v2.0", "Microsoft Entra ID", "TENANT_ID/v2.0"],
  ["https://login.microsoftonline.com/organizations/v2.0", "Microsoft Entra ID", "one tenant"],
  ["https://login.microsoftonline.com/consumers/v2.0", "Microsoft Entra ID", "one tenant"],
  ["https://login.microsoftonline.com/contoso.onmicrosoft.com/v2.0", "Microsoft Entra ID", "one tenant"],
  ["https://login.microsoftonline.com/4c5a1c2e-0000-4000-8000-0123456789ab/", "Microsoft Entra ID", "/v2.0"],
  ["https://happy-cat-7.clerk.accounts.dev/", "Clerk", "without a slash"],
  ["https://securetoken.google.com/acme-prod/", "Firebase", "PROJECT_ID"],
  ["https://id.example.com/realms/shop/", "Keycloak", "without a slash"],
  ["https://api.workos.com/", "WorkOS", "CLIENT_ID"],
  ["https://abcdefgh.supabase.co", "Supabase", "/auth/v1"],
];

describe("the issuer of a known provider", () => {
  test.each(ISSUERS)("can be %s", (issuer) => {
    expect(issuerMismatch(issuer)).toBeUndefined();
  });

  test.each(MISMATCHES)("cannot be %s", (issuer, provider, whatToWrite) => {
    expect(issuerMismatch(issuer)).toMatch(new RegExp(`^is not an issuer of ${provider}\\. Write https://`));
    expect(issuerMismatch(issuer)).toContain(whatToWrite);
  });

  test("can be anything else for an unknown provider", () => {
    for (const issuer of ["https://login.example.com", "https://login.example.com/", "https://okta.com.example/"]) {
      expect(issuerMismatch(issuer)).toBeUndefined();
    }
  });

  test("is what the table shows, once its names are filled in", () => {
    const samples = { TENANT_ID: "4c5a1c2e-0000-4000-8000-0123456789ab", USER_POOL_ID: "eu-west-1_Ab" };
    for (const { issuers } of PROVIDERS) {
      const filledIn = issuers.map((issuer) =>
        issuer.replace(/[A-Z][A-Z_]+/g, (word) => samples[word as keyof typeof samples] ?? "login.example.com"),
      );
      for (const issuer of filledIn) expect(issuerMismatch(issuer)).toBeUndefined();
    }
  });
});

test.each([
  ["https://id.example.com/realms/shop", "account", "audience mapper"],
  ["https://acme.eu.auth0.com/", "https://acme.eu.auth0.com/userinfo", "identifier of an API"],
  ["https://acme.eu.auth0.com/", "https://login.acme.example/userinfo", "identifier of an API"],
  ["https://acme.eu.auth0.com/", "https://acme.eu.auth0.com/api/v2/", "identifier of an API"],
  ["https://login.acme.example/", "https://login.acme.example/userinfo", "identifier of an API"],
  ["https://login.acme.example/", "https://login.acme.example/api/v2/", "identifier of an API"],
  ["https://login.acme.example/", "https://acme.eu.auth0.com/api/v2/", "identifier of an API"],
  [
    "https://login.microsoftonline.com/4c5a1c2e-0000-4000-8000-0123456789ab/v2.0",
    "00000003-0000-0000-c000-000000000000",
    "application (client) id",
  ],
])("tokens of %s for %s are for other applications too", (issuer, audience, whatToWrite) => {
  expect(sharedAudienceProblem(issuer, audience)).toContain(whatToWrite);
  expect(sharedAudienceProblem(issuer, "mindset-token-endpoint")).toBeUndefined();
  expect(sharedAudienceProblem("https://acme.okta.com/oauth2/default", audience)).toBeUndefined();
});

test("an API of your own at Auth0 may have any other URL as its identifier", () => {
  for (const issuer of ["https://acme.eu.auth0.com/", "https://login.acme.example/"]) {
    for (const audience of ["https://shop.example.com/api/v2", "https://shop.example.com/api/v2/"]) {
      expect(sharedAudienceProblem(issuer, audience)).toBeUndefined();
    }
  }
});

test("API Gateway cannot verify the signatures of Supabase", () => {
  expect(signatureProblem("https://abcdefgh.supabase.co/auth/v1")).toContain('signIn.type "oidc"');
  expect(signatureProblem("https://acme.eu.auth0.com/")).toBeUndefined();
});

const SHARED = ["account", "https://acme.eu.auth0.com/userinfo", "00000003-0000-0000-c000-000000000000"];
const URLS = [
  ...["https://app.example.com/me", "https://googleapis.com.example/me", "https://xgithub.com/me"],
  ...["https://www.googleapis.com/oauth2/v3/userinfo", "https://api.github.com/user", "https://github.com:443/"],
  ...["https://graph.microsoft.com", "https://zoom.us?a=b"],
];

test.each(["any", "rsa"] as const)(
  "the patterns of a template refuse the same as the checks (signatures: %s)",
  (signatures) => {
    const patterns = providerPatterns(signatures);
    const matching = (pattern: string, values: string[]) =>
      values.filter((value) => new RegExp(`^${pattern}.*$`).test(value));
    const issuers = [...ISSUERS, ...MISMATCHES.map(([issuer]) => issuer), "https://login.example.com/"];
    const accepted = issuers.filter((issuer) => issuerMismatch(issuer) === undefined);
    expect(matching(patterns.issuer, issuers)).toEqual(
      accepted.filter((issuer) => signatures === "any" || signatureProblem(issuer) === undefined),
    );
    expect(matching(patterns.audience, [...SHARED, "app"])).toEqual(["app"]);
    expect(matching(patterns.userinfoUrl, URLS)).toEqual(
      URLS.filter((url) => publicUserinfoProblem(url) === undefined),
    );
  },
);

// Spelled out: at these, anybody's application gets tokens, and one that goes missing from the list opens the endpoint to them.
test.each([
  ...[
    "googleapis.com",
    "accounts.google.com",
    "graph.microsoft.com",
    "graph.microsoft.us",
    "login.microsoftonline.com",
  ],
  ...["live.com", "facebook.com", "instagram.com", "github.com", "gitlab.com", "bitbucket.org", "linkedin.com"],
  ...["appleid.apple.com", "twitter.com", "x.com", "discord.com", "slack.com", "reddit.com", "twitch.tv", "amazon.com"],
  ...["yahoo.com", "yahooapis.com", "paypal.com", "salesforce.com", "atlassian.com", "spotify.com", "line.me"],
  ...["kakao.com", "zoom.us", "dropboxapi.com"],
])("%s cannot be the userinfo URL", (domain) => {
  expect(publicUserinfoProblem(`https://api.${domain}/me`)).toContain("all applications");
  expect(publicUserinfoProblem(`https://${domain}./me`)).toContain("all applications");
});
