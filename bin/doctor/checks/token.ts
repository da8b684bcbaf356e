/** Checks an access token against issuer, audience, time, scopes and type, as the endpoint will. */
import { createHash } from "node:crypto";
import { compactVerify, createLocalJWKSet, type JSONWebKeySet } from "jose";
import { callerFromEvent } from "../../../lambda/token/caller/identity.ts";
import { TokenError } from "../../../lambda/token/errors.ts";
import { type Finding, fail, pass, skip } from "../report.ts";
import { jsonObject } from "../request.ts";
import type { IssuerFacts, SignInFacts } from "../sign-in.ts";

/** The readable parts of a JWT. */
export interface Jwt {
  header: Record<string, unknown>;
  claims: Record<string, unknown>;
}

/** How far a clock may be wrong, in seconds. With `jwt`, API Gateway checks the token; it documents no leeway. */
const LEEWAY_SECONDS = { jwt: 0, oidc: 60, userinfo: 0, lambda: 0 };

/** @returns undefined when the token is not a signed JWT. */
export function decodeJwt(token: string): Jwt | undefined {
  const parts = token.split(".");
  const [header, claims] = parts.map((part) => jsonObject(Buffer.from(part, "base64url").toString()));
  return parts.length === 3 && header?.alg && claims ? { header, claims } : undefined;
}

/** Whether the token is a JWT; if not, what it is and what to do. */
export function checkForm(token: string): Finding {
  const check = "the token is a JWT";
  if (decodeJwt(token)) return pass(check);
  if (token.split(".").length === 5) return fail(check, "it is encrypted (five parts)", 'Use signIn.type "userinfo".');
  const fingerprint = createHash("sha256").update(token).digest("hex").slice(0, 8);
  return fail(check, `it does not have three parts (${token.length} characters, sha256 ${fingerprint}...)`, OPAQUE);
}

/** @param keys of the token's issuer, if they are known. */
export async function* checkToken(
  token: string,
  { claims, header }: Jwt,
  { facts, keys, nowMs }: { facts: SignInFacts; keys: JSONWebKeySet | undefined; nowMs: number },
): AsyncGenerator<Finding> {
  const issuer = facts.issuers.find((candidate) => candidate.issuer === claims.iss);
  yield checkIssuerOf(claims.iss, facts.issuers);
  yield await checkSignature(token, String(header.kid), keys);
  yield checkAudience(claims, issuer);
  yield checkTime(claims, nowMs / 1_000, facts.type);
  yield checkScopes(claims, issuer);
  yield checkCaller(claims, facts, issuer);
}

function checkIssuerOf(iss: unknown, issuers: IssuerFacts[]): Finding {
  const check = "issuer of the token";
  if (issuers.length === 0) return skip(check, "the configured issuer is not known; add --stack or --config");
  if (issuers.some(({ issuer }) => issuer === iss)) return pass(check);
  const configured = issuers.map(({ issuer }) => `"${issuer}"`).join(", ");
  return fail(check, `it is "${iss}", configured: ${configured}`, "Set issuer to exactly the token's, and deploy.");
}

async function checkSignature(token: string, kid: string, keys: JSONWebKeySet | undefined): Promise<Finding> {
  const check = "signature of the token";
  if (!keys) return skip(check, "the issuer's keys are not known");
  try {
    await compactVerify(token, createLocalJWKSet(keys));
    return pass(check);
  } catch (error) {
    const { code = "Error" } = error as { code?: string };
    return fail(check, `no key of the issuer fits, kid "${kid}" (${code})`, WRONG_KEY);
  }
}

function checkAudience({ aud, client_id }: Jwt["claims"], issuer: IssuerFacts | undefined): Finding {
  const check = "audience of the token";
  const { audience } = issuer ?? {};
  if (!audience) return skip(check, "the configured audience is not known");
  const found = aud === undefined ? [client_id] : [aud].flat();
  if (found.some((value) => audience.includes(String(value)))) return pass(check);
  const detail = `it is ${JSON.stringify(found)}, configured: ${JSON.stringify(audience)}`;
  return fail(check, detail, "Have your page request a token for that audience, or set audience and deploy.");
}

function checkTime({ exp, nbf = 0, iat = 0 }: Jwt["claims"], now: number, type: SignInFacts["type"]): Finding {
  const leeway = LEEWAY_SECONDS[type];
  const check = "expiry of the token";
  if (typeof exp !== "number") return fail(check, "it has no exp", "Let your provider issue tokens that expire.");
  if (exp + leeway <= now) {
    return fail(check, `it expired ${Math.round(now - exp)} s ago`, "Sign in again and use the new token.");
  }
  const begin = type === "jwt" ? Math.max(Number(nbf), Number(iat)) : Number(nbf); // API Gateway alone checks iat
  if (begin > now + leeway) {
    return fail(check, "it is not valid yet", "Compare this machine's clock with the provider's.");
  }
  const left = Math.round(exp - now);
  return pass(check, left > 0 ? `${left} s left` : `it has just expired; ${leeway} s are allowed for wrong clocks`);
}

function checkScopes({ scope, scp }: Jwt["claims"], issuer: IssuerFacts | undefined): Finding {
  const check = "scopes of the token";
  const { scopes } = issuer ?? {};
  if (!scopes?.length) return skip(check, scopes ? "no scope is required" : "the required scopes are not known");
  const found = [scope ?? scp ?? []].flat().flatMap((value) => String(value).split(" "));
  if (found.some((value) => scopes.includes(value))) return pass(check);
  const detail = `it has ${JSON.stringify(found)}, and one of ${JSON.stringify(scopes)} is required`;
  return fail(check, detail, "Have your page request that scope, and let the provider grant it.");
}

/** Asks the function's own code, which maps the user and refuses what is not a user's access token. */
function checkCaller(claims: Jwt["claims"], { identity }: SignInFacts, issuer: IssuerFacts | undefined): Finding {
  const check = "user of the token";
  if (!identity) return skip(check, "the settings of the identity are not known");
  const asStrings = Object.entries(claims).map(([name, value]) => [name, toClaimText(value)]);
  const lambda = issuer?.alias ? { ...Object.fromEntries(asStrings), issuerAlias: issuer.alias } : undefined;
  const authorizer = lambda ? { lambda } : { jwt: { claims: Object.fromEntries(asStrings) } };
  try {
    const source = lambda ? "lambda" : "jwt";
    const { mindsetUser } = callerFromEvent({ requestContext: { authorizer } }, { ...identity, source });
    return pass(check, "externalId" in mindsetUser ? `externalId ${mindsetUser.externalId}` : "userEmail, verified");
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    return fail(check, `${error.code}: ${error.message}`, CALLER_ADVICE[error.code] ?? SEE_SIGN_IN);
  }
}

/** As API Gateway passes claims. */
function toClaimText(value: unknown): unknown {
  if (Array.isArray(value)) return `[${value.join(" ")}]`;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : value;
}

const OPAQUE =
  'Send a JWT access token (with Auth0: request an audience). For opaque tokens use signIn.type "userinfo".';
const WRONG_KEY = "The token comes from another issuer, tenant or environment, or the issuer has replaced its keys.";
const SEE_SIGN_IN = "See docs/sign-in.md.";
const CALLER_ADVICE: Record<string, string> = {
  NOT_A_USER_TOKEN:
    "Use the access token of a signed-in user: no ID token, no client credentials. See docs/sign-in.md.",
  IDENTITY_UNMAPPABLE: "Set identityClaim to a claim that every token has and that never changes, and deploy.",
  EMAIL_NOT_VERIFIED: "The provider must confirm the address (email_verified), or use another identityClaim.",
};
