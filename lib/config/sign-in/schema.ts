/** Pure: what `signIn` must be, for each type. */
import { z } from "zod";
import { ISSUER_ALIAS, SIGNATURE_ALGORITHMS } from "../../../lambda/sign-in-settings.ts";
import {
  claimNameProblem,
  flag,
  knownText,
  list,
  listOrOne,
  matching,
  mustBe,
  oneOf,
  record,
  text,
} from "../values.ts";
import { issuerProblem, urlProblem } from "../web-address.ts";
import { issuerMismatch, publicUserinfoProblem, sharedAudienceProblem, signatureProblem } from "./providers.ts";

/** The ARN of a Lambda function, its version or alias. */
export const FUNCTION_ARN = /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]+(?::[A-Za-z0-9_$-]+)?$/;
const FORWARD = /^(?:authorization|cookie:[!#$%&'*+.^_`|~0-9A-Za-z-]+)$/;
/** Header names that would replace the caller's credentials or break the request. */
const RESERVED_HEADERS = /^(?:authorization|cookie|host|accept|connection|content-length|transfer-encoding)$/;

const issuer = text((value) => issuerProblem(value) ?? issuerMismatch(value)).describe(
  'the exact "iss" of your callers\' JWTs, such as "https://login.example.com/"',
);
const audience = listOrOne(text(audienceProblem)).describe(
  'the "aud" (or "client_id") of your callers\' JWTs, such as "my-app" or ["my-app", "my-other-app"]',
);
const scopes = list(text(matching(/^[\x21\x23-\x5b\x5d-\x7e]+$/, "must be one scope, without spaces"))) // RFC 6749 section 3.3
  .optional()
  .describe('scopes of which a JWT must contain one, such as ["mindset:token"]');
const requiredClaims = record(claimNameProblem, listOrOne(text()))
  .optional()
  .describe('the values that claims must have, such as { "hd": ["example.com"] }');
const path = knownText(matching(/^[\x21-\x7e]{1,256}$/, "must be a path without spaces")).describe(
  'a path in the response, such as "user.id"',
);

const jwt = z
  .strictObject({ type: z.literal("jwt"), issuer, audience, scopes })
  .superRefine(rejectSharedAudience)
  .superRefine((signIn, context) => report(context, ["issuer"], signatureProblem(signIn.issuer)));

const ISSUERS_EXAMPLE = '[{ "issuer": "https://login.example.com/", "audience": "my-app" }]';

const oidc = z.strictObject(
  {
    type: z.literal("oidc"),
    issuers: list(
      z
        .strictObject(
          {
            issuer,
            audience,
            algorithms: list(oneOf(...SIGNATURE_ALGORITHMS))
              .min(1, "is empty")
              .optional()
              .describe(`a list of ${SIGNATURE_ALGORITHMS.join(", ")}`),
            jwksUri: text(urlProblem).optional().describe("the https URL of the issuer's public keys"),
            scopes,
            alias: knownText(matching(ISSUER_ALIAS, "must be lower-case letters and digits, at most 16"))
              .optional()
              .describe('a short name that you never change, such as "partner"'),
            requiredClaims,
          },
          mustBe("an object"),
        )
        .superRefine(rejectSharedAudience),
    )
      .min(1, "is empty")
      .describe(`a list of issuers, such as ${ISSUERS_EXAMPLE}`),
    token: z
      .union(
        [
          z.strictObject({ header: z.literal("authorization") }),
          z.strictObject({
            cookie: knownText(matching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, "must be the name of a cookie")),
          }),
        ],
        "has an unknown value",
      )
      .optional()
      .describe('{ "header": "authorization" } or { "cookie": "NAME" }'),
  },
  {
    error: ({ code, keys = [] }) =>
      code === "unrecognized_keys" && (keys as string[]).some((key) => ["issuer", "audience", "scopes"].includes(key))
        ? `With type oidc, write signIn.issuers, for example ${ISSUERS_EXAMPLE}.`
        : undefined,
  },
);

const userinfo = z.strictObject({
  type: z.literal("userinfo"),
  url: text((value) => urlProblem(value) ?? publicUserinfoProblem(value)).describe(
    'the https URL that says who the caller is, such as "https://app.example.com/api/auth/get-session"',
  ),
  forward: listOrOne(knownText(matching(FORWARD, "has an unknown value")))
    .refine(isOneKind, "must be the header or cookies, not both")
    .describe('["authorization"] or cookies, such as ["cookie:session"]'),
  subject: path.describe('the path of the caller\'s id in the response, such as "sub" or "user.id"'),
  name: path.optional(),
  email: path.optional(),
  emailVerified: path.optional(),
  requiredClaims,
  headers: record(headerProblem, text(matching(/^[\x20-\x7e]{1,1000}$/, "must be printable ASCII")))
    .optional()
    .describe('constant headers, such as { "origin": "https://app.example.com" }'),
  allowTokensOfOtherClients: flag.optional().describe("true or false"),
});

const lambda = z.strictObject({
  type: z.literal("lambda"),
  authorizerArn: text(matching(FUNCTION_ARN, "must be the ARN of a Lambda function")).describe(
    "the ARN of your Lambda authorizer",
  ),
  cookies: flag.optional().describe("true or false"),
});

/** `signIn`; without `type` it is `jwt`. */
export const signInSchema = z
  .preprocess(
    (value) => (isObject(value) && !("type" in value) ? { type: "jwt", ...value } : value),
    z.discriminatedUnion("type", [jwt, oidc, userinfo, lambda], {
      error: ({ input }) => {
        if (input === undefined) return "is missing";
        return isObject(input) ? "has an unknown value" : "must be an object";
      },
    }),
  )
  .describe(
    'an object such as { "issuer": "https://login.example.com/", "audience": "my-app" }, or the type "jwt", "oidc", "userinfo" or "lambda" with its settings',
  );

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function audienceProblem(value: string): string | undefined {
  if (value === "your-audience") return "is still the placeholder";
  if (value.includes("*")) return "has a wildcard, which API Gateway takes literally; list each audience";
  return matching(/^[\x21-\x7e]{1,1000}$/, "must be one audience, without spaces")(value);
}

function headerProblem(name: string): string | undefined {
  if (RESERVED_HEADERS.test(name)) return "must not be a header that the authorizer sets";
  return matching(/^[a-z0-9-]+$/, "must be the name of a header in lower case")(name);
}

function isOneKind(forward: string[]): boolean {
  return !forward.includes("authorization") || forward.length === 1;
}

function rejectSharedAudience(
  { issuer, audience }: { issuer: string; audience: string[] },
  context: z.RefinementCtx,
): void {
  audience.forEach((value, index) => {
    report(context, ["audience", index], sharedAudienceProblem(issuer, value));
  });
}

function report(context: z.RefinementCtx, path: PropertyKey[], message: string | undefined): void {
  if (message) context.addIssue({ code: "custom", path, message });
}
