/** Pure: the settings of a deployment -> the settings of the authorizer function. */
import type { SignInSettings } from "../../../lambda/sign-in-settings.ts";
import type { DeploymentConfig } from "../deployment-config.ts";
import { claimsOf, rulesOf } from "../grants/types.ts";
import { type UserinfoSignIn, usesCookies } from "./types.ts";

/** AWS limits all variables of a function to 4 KB together. */
export const MAX_SIGN_IN_BYTES = 3 * 1024;

type Config = Partial<DeploymentConfig> & Pick<DeploymentConfig, "signIn">;

/** @returns the content of the variable `SIGN_IN`, before it becomes JSON; undefined if the sign-in does not need our authorizer function. */
export function toSignInSettings(config: Config): SignInSettings | undefined {
  const { signIn } = config;
  const common = {
    allowedOrigins: usesCookies(signIn) ? config.allowedOrigins : undefined,
    grantClaims: config.grants && [
      ...new Set(
        rulesOf(config.grants)
          .flatMap(({ rule }) => claimsOf(rule))
          .map(({ claim }) => claim),
      ),
    ],
  };
  if (signIn.type === "oidc") {
    return { token: { header: "authorization" }, ...signIn, ...common, handOn: claimsToPass(config) };
  }
  if (signIn.type !== "userinfo") return undefined;
  const { allowTokensOfOtherClients: _, ...settings } = signIn;
  return { ...settings, ...common, requiredClaims: { ...signIn.requiredClaims, ...verifiedAddress(signIn) } };
}

/** A caller whose email address is the id needs a verified address. */
function verifiedAddress({ subject, emailVerified }: UserinfoSignIn): Record<string, string[]> {
  return emailVerified && isEmail(subject) ? { [emailVerified]: ["true"] } : {};
}

/** Whether a path leads to an email address, e.g. `user.email`. */
export function isEmail(path: string): boolean {
  return path.split(".").at(-1) === "email";
}

/** The claims that the token function reads, in addition to those by which it recognizes tokens of applications. */
function claimsToPass({ identityClaim = "sub", identityField, nameClaim = "name" }: Config): string[] {
  const email = identityField === "userEmail" || identityClaim === "email" ? ["email", "email_verified"] : [];
  return [...new Set([identityClaim, nameClaim, ...email])];
}
