/** Rules about responses without a token: each has its own code. */
import { failure, failureOf, gatewayFailure, type Rule } from "./rule.ts";

function failsWith(title: string, answer: NonNullable<Rule["answers"]>[number], outcome: object): Rule {
  return {
    title: `fails ${title}`,
    answers: [{ ...answer, headers: { "retry-after": "60", ...answer.headers } }],
    act: ({ source }) => failureOf(source().getAuthToken()),
    outcome: { retryable: false, retryAfterSeconds: 60, ...outcome },
  };
}

const UNEXPECTED = "UNEXPECTED_RESPONSE";

export const answers: Rule[] = [
  failsWith("with FORBIDDEN at API Gateway's 403", gatewayFailure(403, "Forbidden"), {
    code: "FORBIDDEN",
    status: 403,
  }),
  failsWith("with RATE_LIMITED at API Gateway's 429", gatewayFailure(429, "Too Many Requests"), {
    code: "RATE_LIMITED",
    status: 429,
    retryable: true,
  }),
  ...[503, 504].map((status) =>
    failsWith(`with UNAVAILABLE at API Gateway's ${status}`, gatewayFailure(status, "Service Unavailable"), {
      code: "UNAVAILABLE",
      status,
      retryable: true,
    }),
  ),
  ...[404, 413, 500].map((status) =>
    failsWith(`with ${UNEXPECTED} at API Gateway's ${status}`, gatewayFailure(status, "Something"), {
      code: UNEXPECTED,
      status,
    }),
  ),
  failsWith("with the code of the function and its request id", failure(403, "EMAIL_NOT_VERIFIED", false), {
    code: "EMAIL_NOT_VERIFIED",
    status: 403,
    requestId: "request-1",
  }),
  failsWith("with the code of a newer function", failure(403, "SOMETHING_NEW", false), {
    code: "SOMETHING_NEW",
    status: 403,
    requestId: "request-1",
  }),
  ...["sentinel", "__proto__", "SENTINEL CODE", "", "SENTINEL_1"].map((code) =>
    failsWith(
      `with ${UNEXPECTED} at a code that the contract cannot have: ${JSON.stringify(code)}`,
      failure(500, code, true),
      {
        code: UNEXPECTED,
        status: 500,
        requestId: "request-1",
      },
    ),
  ),
  ...(
    [
      ["without a body", ""],
      ["with a page", "<!doctype html><title>sentinel</title>"],
      ["with null", "null"],
      ["with an array", "[]"],
      ["with another field", { token: "sentinel" }],
      ["with an empty token", { authToken: "" }],
      ["with a number as token", { authToken: 42 }],
      ["with a token in a list", { authToken: ["sentinel"] }],
    ] as const
  ).map(([what, body]) =>
    failsWith(`with ${UNEXPECTED} at a 200 ${what}`, { body: body as string }, { code: UNEXPECTED, status: 200 }),
  ),
];
