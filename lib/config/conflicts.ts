/** Pure: the rules about more than one setting. */
import { isForbiddenIdentityClaim, isMindsetHost, isMutableIdentityClaim } from "../../lambda/contract.ts";
import type { DeploymentConfig } from "./deployment-config.ts";
import { grantsConflicts } from "./grants/conflicts.ts";
import { isEmail, MAX_SIGN_IN_BYTES, toSignInSettings } from "./sign-in/authorizer-settings.ts";
import { type OidcSignIn, type SignIn, type UserinfoSignIn, usesCookies } from "./sign-in/types.ts";
import type { Conflict } from "./values.ts";

type Settings = Partial<DeploymentConfig>;

/** @param settings those that are valid on their own; the rules hold among them whatever else is wrong. */
export function conflictsIn(settings: Settings): Conflict[] {
  return [
    ...hostConflicts(settings),
    ...identityConflicts(settings),
    ...(settings.grants ? grantsConflicts(settings.grants, settings.signIn) : []),
    ...(settings.signIn ? signInConflicts(settings, settings.signIn) : []),
  ];
}

function hostConflicts({ apiHost, allowAnyApiHost }: Settings): Conflict[] {
  if (!apiHost || allowAnyApiHost || isMindsetHost(apiHost)) return [];
  const message = "is not one of Mindset's hosts (*.api.mindset.ai); set allowAnyApiHost to send the API key there";
  return [{ path: ["apiHost"], message }];
}

function identityConflicts(settings: Settings): Conflict[] {
  const { identityClaim, nameClaim, signIn, allowMutableIdentityClaim } = settings;
  if (signIn?.type === "userinfo") {
    const subject = signIn.subject.split(".").at(-1) ?? "";
    return [
      ...(identityClaim === undefined ? [] : [notWithUserinfo("identityClaim", "subject")]),
      ...(nameClaim === undefined ? [] : [notWithUserinfo("nameClaim", "name")]),
      ...claimConflicts(["signIn", "subject"], subject, allowMutableIdentityClaim),
    ];
  }
  return identityClaim ? claimConflicts(["identityClaim"], identityClaim, allowMutableIdentityClaim) : [];
}

function notWithUserinfo(name: string, instead: string): Conflict {
  const message = `is not allowed with signIn.type "userinfo". Leave it out: signIn.${instead} is the path in the response.`;
  return { path: [name], message };
}

function claimConflicts(path: PropertyKey[], claim: string, allowMutable = false): Conflict[] {
  if (isForbiddenIdentityClaim(claim)) {
    return [{ path, message: "does not identify a user: many callers share its value, or it changes" }];
  }
  if (allowMutable || !isMutableIdentityClaim(claim)) return [];
  const message = "can change or be given to another user, who would get the first user's Mindset account.";
  return [{ path, message: `${message} Write a claim such as "sub", or set allowMutableIdentityClaim to true.` }];
}

function signInConflicts(settings: Settings, signIn: SignIn): Conflict[] {
  return [
    ...(signIn.type === "oidc" ? issuerConflicts(settings, signIn) : []),
    ...(signIn.type === "userinfo" ? userinfoConflicts(settings, signIn) : []),
    ...sizeConflicts(settings, signIn),
    ...(usesCookies(signIn) && !settings.allowedOrigins?.length
      ? [{ path: ["allowedOrigins"], message: "is required because the sign-in uses cookies" }]
      : []),
  ];
}

function sizeConflicts(settings: Settings, signIn: SignIn): Conflict[] {
  const signInSettings = toSignInSettings({ ...settings, signIn });
  if (!signInSettings || Buffer.byteLength(JSON.stringify(signInSettings)) <= MAX_SIGN_IN_BYTES) return [];
  const message = "is too large for a variable of the authorizer function (3 KB). Write fewer or shorter values.";
  return [{ path: ["signIn"], message }];
}

function issuerConflicts({ identityField, identityMapping }: Settings, { issuers }: OidcSignIn): Conflict[] {
  if (issuers.length === 1) return [];
  const several = "is not possible with several issuers, whose users it cannot tell apart. Leave it out.";
  return [
    ...duplicates(issuers, "issuer", "is listed twice. List its audiences in one entry."),
    ...duplicates(issuers, "alias", "is used twice. Write another alias."),
    ...issuers
      .flatMap(({ alias }, index) => (alias ? [] : [index]))
      .slice(1)
      .map((index) => ({
        path: ["signIn", "issuers", index, "alias"],
        message: "is missing; only one issuer may have none",
      })),
    ...(identityField === "userEmail" ? [{ path: ["identityField"], message: `"userEmail" ${several}` }] : []),
    ...(identityMapping === "strict" ? [{ path: ["identityMapping"], message: `"strict" ${several}` }] : []),
  ];
}

function duplicates(issuers: OidcSignIn["issuers"], name: "issuer" | "alias", message: string): Conflict[] {
  const values = issuers.map((issuer) => issuer[name]);
  return values.flatMap((value, index) =>
    value !== undefined && values.indexOf(value) < index ? [{ path: ["signIn", "issuers", index, name], message }] : [],
  );
}

function userinfoConflicts({ identityField }: Settings, signIn: UserinfoSignIn): Conflict[] {
  const needsEmail = identityField === "userEmail";
  const needsVerified = needsEmail || isEmail(signIn.subject);
  const otherClients =
    "would accept access tokens that other applications got from the same user. " +
    'Use signIn.type "oidc" if your provider issues JWTs, or set signIn.allowTokensOfOtherClients to true.';
  return [
    ...(signIn.forward.includes("authorization") && !signIn.allowTokensOfOtherClients
      ? [{ path: ["signIn", "forward"], message: otherClients }]
      : []),
    ...(needsEmail && !signIn.email ? [missing("email", "identityField is userEmail")] : []),
    ...(needsVerified && !signIn.emailVerified
      ? [missing("emailVerified", "an email address identifies callers")]
      : []),
  ];
}

function missing(name: string, why: string): Conflict {
  return { path: ["signIn", name], message: `is required because ${why}` };
}
