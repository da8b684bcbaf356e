/** Pure: what a valid configuration should make you check before you deploy it. */
import type { DeploymentConfig } from "./deployment-config.ts";
import { isJwt, usesCookies } from "./sign-in/types.ts";

/** A warning that `cdk synth` prints; `id` is what you acknowledge. */
export interface Warning {
  id: string;
  message: string;
}

export function warningsFor(config: DeploymentConfig): Warning[] {
  return [
    ...(acceptsAnyScope(config) && !config.acceptIdTokens ? [NO_SCOPES] : []),
    ...(usesCookies(config.signIn) ? [COOKIES] : []),
  ];
}

function acceptsAnyScope({ signIn }: DeploymentConfig): boolean {
  if (signIn.type === "oidc") return signIn.issuers.some(({ scopes }) => !scopes?.length);
  return isJwt(signIn) && !signIn.scopes?.length;
}

const NO_SCOPES: Warning = {
  id: "noScopes",
  message:
    "signIn has no scopes: some ID tokens cannot be distinguished from access tokens. " +
    "Set scopes, if your provider's access tokens have any.",
};

const COOKIES: Warning = {
  id: "cookies",
  message:
    "signIn uses cookies: a browser sends a cookie only to the host that set it, or to the cookie's Domain and its " +
    "subdomains. Serve the endpoint on the page's own host, for example by a CloudFront path, or set the cookie's Domain " +
    "and give the endpoint a custom domain below it.",
};
