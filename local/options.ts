/** Pure: the options of `npm start -- ...`, or every problem at once. */
import { parseArgs } from "node:util";
import type { SignInType } from "../web/page/local-protocol.ts";
import { SIGNING_ALGORITHMS, type SigningAlgorithm } from "./identity-provider/configuration.ts";

/** How users sign in. */
export interface SignInOptions {
  /** @default "jwt" */
  type?: SignInType;
  /** The algorithm that signs access tokens. @default - RS256 for jwt, else ES256 */
  algorithm?: SigningAlgorithm;
  /** The developer's own identity provider. @default - the local one */
  provider?: { issuer: string; audience: readonly string[] };
}

/** The options of the command line. */
export interface LocalOptions {
  signIn: SignInOptions;
  /** Pages of the developer, e.g. `http://localhost:5173/`. */
  pages: string[];
  allowAnyApiHost: boolean;
}

const SIGN_INS: readonly string[] = ["jwt", "oidc", "userinfo", "lambda"] satisfies SignInType[];

/**
 * Parses the options.
 *
 * @param args e.g. `["--sign-in", "oidc", "--origin", "http://localhost:5173"]`.
 * @returns the options, or lines that say what is wrong.
 */
export function parseOptions(args: string[]): { options: LocalOptions } | { problems: string[] } {
  const given = parseGiven(args);
  if (typeof given === "string") return { problems: [given] };
  const { "sign-in": type = "jwt", algorithm, issuer, audience = [], origin = [] } = given;
  const problems = [
    ...(SIGN_INS.includes(type) ? [] : [`--sign-in is "${type}"; it must be ${SIGN_INS.join(", ")}.`]),
    ...algorithmProblems(algorithm, type, issuer),
    ...issuerProblems(issuer, audience, type),
    ...origin.flatMap(originProblem),
  ];
  if (problems.length > 0) return { problems };
  const provider = issuer === undefined ? undefined : { issuer, audience };
  const signIn = { type: type as SignInType, algorithm: algorithm as SigningAlgorithm | undefined, provider };
  const pages = origin.map((one) => `${one}/`);
  return { options: { signIn, pages, allowAnyApiHost: given["allow-any-api-host"] } };
}

function parseGiven(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        "sign-in": { type: "string" },
        algorithm: { type: "string" },
        issuer: { type: "string" },
        audience: { type: "string", multiple: true },
        origin: { type: "string", multiple: true },
        "allow-any-api-host": { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    return `${(error as Error).message.replace(/\.?$/, ".")} See docs/development.md.`;
  }
}

function algorithmProblems(algorithm: string | undefined, type: string, issuer: string | undefined): string[] {
  if (algorithm === undefined) return [];
  if (!SIGNING_ALGORITHMS.some((one) => one === algorithm)) {
    return [`--algorithm is "${algorithm}"; it must be ${SIGNING_ALGORITHMS.join(", ")}.`];
  }
  if (issuer || type === "userinfo") return ["--algorithm is for access tokens of the local identity provider only."];
  if (type === "jwt" && algorithm !== "RS256") return ["API Gateway verifies RSA signatures only. Use --sign-in oidc."];
  return [];
}

function issuerProblems(issuer: string | undefined, audience: string[], type: string): string[] {
  if (issuer === undefined) return audience.length > 0 ? ["--audience needs --issuer."] : [];
  return [
    ...(isHttps(issuer) ? [] : [`--issuer is "${issuer}"; it must be an https URL, or http://localhost.`]),
    ...(audience.length > 0 ? [] : ["--issuer needs --audience."]),
    ...(type === "jwt" || type === "oidc" ? [] : ["--issuer works with --sign-in jwt or oidc."]),
  ];
}

function originProblem(origin: string): string[] {
  if (URL.canParse(origin) && new URL(origin).origin === origin && isHttps(origin)) return [];
  return [`--origin is "${origin}"; it must be an origin such as http://localhost:5173, without a path.`];
}

function isHttps(url: string): boolean {
  return URL.canParse(url) && /^(https:\/\/|http:\/\/localhost(:|\/|$))/.test(url);
}
