import { describe, expect, test } from "@jest/globals";
import { type DeploymentConfigError, parseDeploymentConfig } from "../../../../lib/config/parse.ts";

const ISSUER = { issuer: "https://login.example.com/", audience: ["app"] };
const OTHER = { issuer: "https://partner.example.com", audience: ["app"], alias: "partner" };
const SESSION = {
  type: "userinfo",
  url: "https://app.example.com/me",
  forward: ["cookie:session"],
  subject: "user.id",
};
const OWN = { type: "lambda", authorizerArn: "arn:aws:lambda:eu-west-1:123456789012:function:authorizer" };
const PAGES = { allowedOrigins: ["https://app.example.com"] };

function problemsOf(signIn: unknown, settings: object = {}): readonly string[] {
  try {
    parseDeploymentConfig({ apiHost: "a.api.mindset.ai", appUid: "app", signIn, ...settings });
    return [];
  } catch (error) {
    return (error as DeploymentConfigError).problems;
  }
}

/** The only problem; it names the setting, says what is wrong, and what to write. */
function expectProblem(problems: readonly string[], name: string, problem: string) {
  expect(problems).toEqual([expect.stringContaining(problem)]);
  expect(problems[0]?.split(" ")[0]).toBe(name);
  expect(problems[0]).toMatch(/Write|Use|Leave|List|Set|set/);
}

describe("signIn", () => {
  test.each([
    ["a JWT", ISSUER],
    ["a JWT with a single audience", { ...ISSUER, type: "jwt", audience: "app", scopes: ["a"] }],
    ["one issuer", { type: "oidc", issuers: [ISSUER] }],
    ["several issuers", { type: "oidc", issuers: [ISSUER, OTHER] }],
    [
      "every option of oidc",
      {
        type: "oidc",
        issuers: [
          {
            ...OTHER,
            algorithms: ["ES256"],
            jwksUri: "https://a.example/k",
            scopes: ["a"],
            requiredClaims: { "https://b.example/org": "1" },
          },
        ],
        token: { cookie: "__Host-session" },
      },
    ],
    ["a session", SESSION],
    [
      "every option of userinfo",
      {
        ...SESSION,
        name: "user.name",
        email: "user.email",
        emailVerified: "user.emailVerified",
        requiredClaims: { "user.active": ["true"] },
        headers: { origin: "https://app.example.com" },
      },
    ],
    ["opaque tokens", { ...SESSION, forward: ["authorization"], allowTokensOfOtherClients: true }],
    ["an own authorizer", { ...OWN, authorizerArn: `${OWN.authorizerArn}:live`, cookies: true }],
  ])("can be %s", (_, signIn) => {
    expect(problemsOf(signIn, PAGES)).toEqual([]);
  });

  test("is of type jwt by default", () => {
    const config = parseDeploymentConfig({ apiHost: "a.api.mindset.ai", appUid: "app", signIn: ISSUER });
    expect(config.signIn).toEqual({ type: "jwt", ...ISSUER });
  });

  test.each([
    ["signIn.type", { ...ISSUER, type: "saml" }, "has an unknown value"],
    ["signIn.url", { ...ISSUER, url: "https://a.example" }, "is not a setting"],
    ["signIn.issuer", { audience: "app" }, "is missing"],
    ["signIn.issuer", { ...ISSUER, issuer: "http://login.example.com/" }, "https://"],
    ["signIn.audience", { issuer: ISSUER.issuer }, "is missing"],
    ["signIn.audience", { ...ISSUER, audience: [] }, "is empty"],
    ["signIn.audience", { ...ISSUER, audience: null }, "must be a list"],
    ["signIn.audience[1]", { ...ISSUER, audience: ["one", ""] }, "is empty"],
    ["signIn.audience[0]", { ...ISSUER, audience: ["*"] }, "has a wildcard"],
    ["signIn.audience[0]", { ...ISSUER, audience: "your-audience" }, "is still the placeholder"],
    ["signIn.scopes", { ...ISSUER, scopes: "a b" }, "must be a list"],
    ["signIn.scopes[0]", { ...ISSUER, scopes: ["a b"] }, "without spaces"],
    ["signIn.issuers", { type: "oidc" }, "is missing"],
    ["signIn.issuer", { type: "oidc", issuer: "a", issuers: [ISSUER] }, "With type oidc, write signIn.issuers, for"],
    ["signIn.issuers", { type: "oidc", issuers: [] }, "is empty"],
    ["signIn.issuers[0].algorithms[0]", { type: "oidc", issuers: [{ ...ISSUER, algorithms: ["HS256"] }] }, "unknown"],
    ["signIn.issuers[0].jwksUri", { type: "oidc", issuers: [{ ...ISSUER, jwksUri: "http://a.example" }] }, "https://"],
    ["signIn.issuers[0].alias", { type: "oidc", issuers: [{ ...ISSUER, alias: "Partner" }] }, "lower-case"],
    [
      "signIn.issuers[0].requiredClaims.tid",
      { type: "oidc", issuers: [{ ...ISSUER, requiredClaims: { tid: 7 } }] },
      "list",
    ],
    ["signIn.token", { type: "oidc", issuers: [ISSUER], token: "cookie" }, "unknown"],
    ["signIn.url", { ...SESSION, url: "http://app.example.com/me" }, "https://"],
    ["signIn.url", { ...SESSION, url: "https://user:pass@app.example.com/me" }, "user info"],
    ["signIn.forward[0]", { ...SESSION, forward: ["x-user"] }, "unknown"],
    ["signIn.forward[0]", { ...SESSION, forward: ["cookie:a;b"] }, "unknown"],
    [
      "signIn.forward",
      { ...SESSION, forward: ["authorization", "cookie:a"], allowTokensOfOtherClients: true },
      "not both",
    ],
    ["signIn.headers.cookie", { ...SESSION, headers: { cookie: "a=b" } }, "must not be a header"],
    ["signIn.headers.origin", { ...SESSION, headers: { origin: "a\r\nb" } }, "printable"],
    ["signIn.subject", { ...SESSION, subject: "user id" }, "without spaces"],
    ["signIn.authorizerArn", { ...OWN, authorizerArn: "authorizer" }, "ARN of a Lambda function"],
  ])("fails for %s", (name, signIn, problem) => {
    expectProblem(problemsOf(signIn, PAGES), name, problem);
  });
});

describe("several issuers", () => {
  const several = { type: "oidc", issuers: [ISSUER, OTHER] };

  test("fail without aliases, because their users could be taken for one another", () => {
    const issuers = [ISSUER, { ...OTHER, alias: undefined }];
    expectProblem(problemsOf({ type: "oidc", issuers }), "signIn.issuers[1].alias", "only one issuer may have none");
  });

  test("fail with the same alias", () => {
    const issuers = [OTHER, { ...ISSUER, alias: "partner" }];
    expectProblem(problemsOf({ type: "oidc", issuers }), "signIn.issuers[1].alias", "is used twice");
  });

  test("fail if they are the same issuer", () => {
    const issuers = [ISSUER, { ...ISSUER, alias: "other" }];
    expectProblem(problemsOf({ type: "oidc", issuers }), "signIn.issuers[1].issuer", "is listed twice");
  });

  test.each([
    ["identityMapping", "strict"],
    ["identityField", "userEmail"],
  ])("fail with %s %s, which has no room for an alias", (name, value) => {
    expectProblem(problemsOf(several, { [name]: value }), name, "is not possible with several issuers");
    expect(problemsOf({ type: "oidc", issuers: [ISSUER] }, { [name]: value })).toEqual([]);
  });
});

describe("userinfo", () => {
  test("fails for access tokens, unless those of other applications are accepted", () => {
    const signIn = { ...SESSION, forward: ["authorization"] };
    expectProblem(
      problemsOf(signIn),
      "signIn.forward",
      "that other applications got from the same user. Use signIn.type",
    );
  });

  test.each([
    "https://openidconnect.googleapis.com/v1/userinfo",
    "https://graph.microsoft.com/oidc/userinfo",
    "https://graph.microsoft.com./oidc/userinfo",
    "https://login.microsoftonline.com/common/openid/userinfo",
    "https://graph.facebook.com/me",
    "https://api.github.com/user",
    "https://api.linkedin.com/v2/userinfo",
    "https://appleid.apple.com/auth/userinfo",
  ])("fails for the public provider %s", (url) => {
    const signIn = { ...SESSION, url, forward: ["authorization"], allowTokensOfOtherClients: true };
    expectProblem(problemsOf(signIn), "signIn.url", "answers for the tokens of all applications");
  });

  test.each([
    ["identityClaim", "signIn.subject"],
    ["nameClaim", "signIn.name"],
  ])("fails with %s, because %s is the path in the response", (name, instead) => {
    const problems = problemsOf(SESSION, { ...PAGES, [name]: "sub" });
    expectProblem(problems, name, "is not allowed");
    expect(problems[0]).toContain(instead);
  });

  test("fails for a subject that does not identify a user", () => {
    expectProblem(problemsOf({ ...SESSION, subject: "user.org_id" }, PAGES), "signIn.subject", "does not identify");
  });

  test("accepts an email address as subject only if it may change and is verified", () => {
    const signIn = { ...SESSION, subject: "user.email", emailVerified: "user.emailVerified" };
    const allowed = { ...PAGES, allowMutableIdentityClaim: true };
    expectProblem(problemsOf(signIn, PAGES), "signIn.subject", "set allowMutableIdentityClaim");
    expectProblem(
      problemsOf({ ...signIn, emailVerified: undefined }, allowed),
      "signIn.emailVerified",
      "is required because an email address identifies callers",
    );
    expect(problemsOf(signIn, allowed)).toEqual([]);
  });

  test("fails for email mode without the paths of the address and of its verification", () => {
    expect(problemsOf(SESSION, { ...PAGES, identityField: "userEmail" })).toEqual([
      expect.stringMatching(/^signIn.email is required because identityField is userEmail/),
      expect.stringMatching(/^signIn.emailVerified is required because/),
    ]);
  });
});

describe("cookies", () => {
  test.each([
    ["oidc", { type: "oidc", issuers: [ISSUER], token: { cookie: "session" } }],
    ["userinfo", SESSION],
    ["lambda", { ...OWN, cookies: true }],
  ])("need allowedOrigins with %s", (_, signIn) => {
    expectProblem(problemsOf(signIn), "allowedOrigins", "is required because the sign-in uses cookies");
    expectProblem(
      problemsOf(signIn, { allowedOrigins: [] }),
      "allowedOrigins",
      "is required because the sign-in uses cookies",
    );
  });
});

test("every problem of a sign-in is reported", () => {
  const issuers = [
    { ...ISSUER, issuer: "http://x" },
    { ...OTHER, alias: "A B", audience: "*" },
  ];
  const names = problemsOf({ type: "oidc", issuers, token: 7 }).map((problem) => problem.split(" ")[0]);
  expect(names.sort()).toEqual(
    ["signIn.issuers[0].issuer", "signIn.issuers[1].alias", "signIn.issuers[1].audience[0]", "signIn.token"].sort(),
  );
});

test("fails when the settings do not fit into a variable of the authorizer function", () => {
  const audience = Array.from({ length: 200 }, (_, index) => `audience-${index}-of-many`);
  expectProblem(problemsOf({ type: "oidc", issuers: [{ ...ISSUER, audience }] }), "signIn", "is too large");
});

const AUTH0 = "https://acme.eu.auth0.com/";
test.each<[string, object, string]>([
  ["signIn.audience[0]", { ...ISSUER, audience: ["a b"] }, "must be one audience, without spaces"],
  [
    "signIn.audience[1]",
    { issuer: AUTH0, audience: ["app", `${AUTH0}userinfo`] },
    "for other applications too (Auth0)",
  ],
  [
    "signIn.issuers[0].audience[0]",
    { type: "oidc", issuers: [{ issuer: AUTH0, audience: `${AUTH0}userinfo` }] },
    "for other applications too (Auth0)",
  ],
  ["signIn.issuer", { ...ISSUER, issuer: "https://abcdefgh.supabase.co/auth/v1" }, "signs with ES256 (Supabase)"],
  ["signIn.headers.Origin", { ...SESSION, headers: { Origin: "a" } }, "must be the name of a header in lower case"],
  ["signIn.headers.originX", { ...SESSION, headers: { originX: "a" } }, "must be the name of a header in lower case"],
  ["signIn.url", { ...SESSION, url: "https://a.example/#x" }, "is not a URL, or has a fragment"],
])("fails for %s in %j", (name, signIn, problem) => {
  expectProblem(problemsOf(signIn, PAGES), name, problem);
});
