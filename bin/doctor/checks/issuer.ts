/** Checks an issuer (network): its discovery document, its keys, and whether `signIn` can use their algorithms. */
import type { JSONWebKeySet, JWK } from "jose";
import { type Finding, fail, pass, skip } from "../report.ts";
import { jsonObject, NO_ANSWER_ADVICE, request } from "../request.ts";
import type { IssuerFacts, SignInFacts } from "../sign-in.ts";

const RSA = ["RS256", "RS384", "RS512"];

/** @returns the issuer's keys, if there are any. */
export async function* checkIssuer(
  issuer: Pick<IssuerFacts, "issuer" | "jwksUri" | "algorithms">,
  type: SignInFacts["type"],
): AsyncGenerator<Finding, JSONWebKeySet | undefined> {
  const [discovery, keysOf, algorithms] = ["discovery", "keys", "algorithms"].map(
    (what) => `${what} of ${issuer.issuer}`,
  ) as [string, string, string];
  const { finding, jwksUri } = await discover(discovery, issuer);
  yield finding;
  if (!jwksUri) return undefined;
  const { finding: ofKeys, keySet } = await readKeys(keysOf, jwksUri);
  yield ofKeys;
  if (keySet) yield checkAlgorithms(algorithms, keySet, { type, algorithms: issuer.algorithms });
  return keySet;
}

async function discover(
  check: string,
  { issuer, jwksUri: fixed }: Pick<IssuerFacts, "issuer" | "jwksUri">,
): Promise<{ finding: Finding; jwksUri?: string }> {
  if (fixed) return { finding: skip(check, "signIn has a jwksUri"), jwksUri: fixed };
  if (!isSafe(issuer)) return { finding: fail(check, "the issuer does not begin with https://", EXACT_ISSUER) };
  const url = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const { response, text, noAnswer } = await request(url);
  if (noAnswer) return { finding: fail(check, `${url} (${noAnswer.reason})`, NO_ANSWER_ADVICE[noAnswer.kind]) };
  if (response.status !== 200) return { finding: fail(check, `${url} answers ${response.status}`, NO_DISCOVERY) };
  const { issuer: named, jwks_uri: jwksUri } = jsonObject(text);
  if (named !== issuer) return { finding: fail(check, `the document is of the issuer "${named}"`, EXACT_ISSUER) };
  if (typeof jwksUri !== "string" || !isSafe(jwksUri)) {
    return { finding: fail(check, "the document has no usable jwks_uri", NO_DISCOVERY) };
  }
  return { finding: pass(check), jwksUri };
}

async function readKeys(check: string, url: string): Promise<{ finding: Finding; keySet?: JSONWebKeySet }> {
  const { response, text, noAnswer } = await request(url);
  if (noAnswer) return { finding: fail(check, `${url} (${noAnswer.reason})`, NO_ANSWER_ADVICE[noAnswer.kind]) };
  const { keys } = jsonObject(text);
  if (response.status !== 200 || !Array.isArray(keys)) {
    return { finding: fail(check, `${url} answers ${response.status}, without a list of keys`, NO_KEYS) };
  }
  if (keys.length === 0) return { finding: fail(check, `${url} lists no keys`, NO_KEYS) };
  return { finding: pass(check, `${keys.length}`), keySet: { keys: keys as JWK[] } };
}

function checkAlgorithms(
  check: string,
  { keys }: JSONWebKeySet,
  signIn: Pick<IssuerFacts, "algorithms"> & { type: string },
) {
  const offered = [...new Set(keys.flatMap(algorithmsOf))];
  const accepted = signIn.type === "jwt" ? RSA : (signIn.algorithms ?? offered);
  const usable = offered.filter((algorithm) => accepted.includes(algorithm));
  if (usable.length > 0) return pass(check, usable.join(", "));
  const detail = `the keys are for ${offered.join(", ") || "nothing known"}, and signIn accepts ${accepted.join(", ")}`;
  return fail(check, detail, signIn.type === "jwt" ? NEEDS_OIDC : "Add the algorithm to algorithms of this issuer.");
}

function algorithmsOf({ alg, kty, crv = "", use }: JWK): string[] {
  if (use === "enc") return [];
  if (alg) return [alg];
  if (kty === "RSA") return RSA;
  return { "P-256": ["ES256"], "P-384": ["ES384"], "P-521": ["ES512"], Ed25519: ["EdDSA"] }[crv] ?? [];
}

/** Only the servers of `npm start` may be called without TLS. */
export function isSafe(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === "https:" || (protocol === "http:" && ["localhost", "127.0.0.1", "[::1]"].includes(hostname));
}

const EXACT_ISSUER = 'Set issuer to the exact "iss" of your tokens, with or without a slash at the end as it is there.';
const NO_DISCOVERY =
  "API Gateway refuses an issuer without an OpenID Connect discovery document. Check issuer, or use signIn.type oidc with jwksUri.";
const NO_KEYS = "Without keys no token can be verified. Ask the operator of the issuer.";
const NEEDS_OIDC = 'API Gateway\'s JWT authorizer accepts RS256, RS384 and RS512 only. Use signIn.type "oidc".';
