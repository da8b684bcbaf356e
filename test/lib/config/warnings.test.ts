import { expect, test } from "@jest/globals";
import type { DeploymentConfig } from "../../../lib/config/deployment-config.ts";
import type { UserinfoSignIn } from "../../../lib/config/sign-in/types.ts";
import { warningsFor } from "../../../lib/config/warnings.ts";

const JWT = { issuer: "https://login.example.com/", audience: ["app"] };
const SCOPED = { ...JWT, scopes: ["mindset:token"] };
const SESSION: UserinfoSignIn = {
  type: "userinfo",
  url: "https://app.example.com/me",
  forward: ["cookie:session"],
  subject: "id",
};

test.each<[Pick<DeploymentConfig, "signIn" | "acceptIdTokens">, string[]]>([
  [{ signIn: { type: "jwt", ...JWT } }, ["noScopes"]],
  [{ signIn: { type: "jwt", ...JWT, scopes: [] } }, ["noScopes"]],
  [{ signIn: { type: "jwt", ...JWT }, acceptIdTokens: true }, []],
  [{ signIn: { type: "jwt", ...SCOPED } }, []],
  [{ signIn: { type: "oidc", issuers: [SCOPED, JWT] } }, ["noScopes"]],
  [{ signIn: { type: "oidc", issuers: [SCOPED] } }, []],
  [{ signIn: { type: "oidc", issuers: [SCOPED], token: { cookie: "session" } } }, ["cookies"]],
  [{ signIn: SESSION }, ["cookies"]],
  [{ signIn: { ...SESSION, forward: ["authorization"] } }, []],
])("the settings %j cause the warnings %j", (settings, ids) => {
  const warnings = warningsFor({ apiHost: "a.api.mindset.ai", appUid: "app", ...settings });
  expect(warnings.map(({ id }) => id)).toEqual(ids);
  for (const { message } of warnings) expect(message).toMatch(/^signIn .*\.$/);
});
