/** Requests a Mindset token from an endpoint (network), as a signed-in user, and explains the answer. */
import type { PublicErrorCode } from "../../../lambda/contract.ts";
import { type Finding, fail, pass, skip } from "../report.ts";
import { type Answer, jsonObject, NO_ANSWER_ADVICE, request } from "../request.ts";

/**
 * @param headers with the caller's token.
 * @param isRefused whether an earlier check has said why the token is refused.
 */
export async function* checkIssuing(
  url: string,
  { headers, isRefused }: { headers: Record<string, string>; isRefused: boolean },
): AsyncGenerator<Finding> {
  for (const method of ["POST", "GET"]) {
    const finding = toFinding(`a Mindset token by ${method}`, await request(url, { method, headers }), isRefused);
    yield finding;
    if (finding.status !== "pass") return;
  }
  yield checkOtherUser(await request(`${url}/somebody-else-than-you`, { headers }));
}

function toFinding(
  check: string,
  { response, text = "", noAnswer }: Partial<Answer> & { text?: string },
  isRefused: boolean,
): Finding {
  if (!response)
    return fail(check, `no answer (${noAnswer?.reason})`, NO_ANSWER_ADVICE[noAnswer?.kind ?? "connection"]);
  const { status, headers } = response;
  if (status !== 200) {
    if (isRefused && (status === 401 || status === 403)) return skip(check, `${status}, see above`);
    return explain(check, response, jsonObject(text));
  }
  const fields = jsonObject(text);
  if (Object.keys(fields).join() !== "authToken" || typeof fields.authToken !== "string") {
    return fail(check, `the answer has ${Object.keys(fields).join(", ") || "no JSON"}`, NOT_OURS);
  }
  const caching = headers.get("cache-control");
  return caching === "no-store" ? pass(check) : fail(check, `cache-control is ${caching}, not no-store`, CACHED);
}

function explain(check: string, { status, headers }: Response, { code, message }: Record<string, unknown>): Finding {
  const reason = [code, message, headers.get("www-authenticate")].filter(Boolean).join(", ");
  const advice = ADVICE[code as PublicErrorCode] ?? ADVICE_BY_STATUS[status] ?? READ_LOG;
  return fail(check, `the answer is ${status} ${reason}`.trim(), advice);
}

function checkOtherUser({ response, noAnswer }: Answer): Finding {
  const check = "403 for another user's path";
  if (noAnswer) return fail(check, `no answer (${noAnswer.reason})`, NO_ANSWER_ADVICE[noAnswer.kind]);
  return response.status === 403 ? pass(check) : fail(check, `the answer is ${response.status}`, NOT_OURS);
}

const READ_LOG = "Read the function's log for this requestId (docs/operations.md).";
const NOT_OURS =
  "This is not this endpoint, or something before it changes its answers. Check the URL and what is before it.";
const CACHED = "Something before the API, such as a CDN, changes the header. Turn caching off for this path.";

const ADVICE: Partial<Record<PublicErrorCode, string>> = {
  NOT_A_USER_TOKEN: "Use the access token of a signed-in user: no ID token, no client credentials.",
  IDENTITY_UNMAPPABLE: "Set identityClaim to a claim that every token has, and deploy.",
  EMAIL_NOT_VERIFIED: "The provider must confirm the address (email_verified).",
  SERVICE_MISCONFIGURED:
    "Store a Mindset API key with npm run set-key. If there is one, the function may not read it: its log has the exact code.",
  UPSTREAM_ERROR:
    "Mindset rejects the key or the application's uid: store a valid key with npm run set-key, check appUid.",
  UPSTREAM_UNREACHABLE: "The function does not reach Mindset: check apiHost and, in a VPC, the NAT gateway.",
  UPSTREAM_UNAVAILABLE: "Mindset is failing. Try again later.",
  UPSTREAM_RATE_LIMITED: "Mindset limits the rate of requests. Try again later.",
  UPSTREAM_TIMEOUT: "Mindset answers too slowly. Try again later.",
  SECRET_UNAVAILABLE:
    "The function does not reach Secrets Manager: check AWS's status and, in a VPC, the endpoint or NAT.",
};

const ADVICE_BY_STATUS: Record<number, string> = {
  401: "API Gateway refuses the token. The deployed issuer or audience differ from the token's; add --stack to compare them.",
  403: "API Gateway refuses the token's scopes. Have your page request the scope that signIn names.",
  404: "Nothing at this URL for this method. Use the output TokenEndpointUrl of the stack.",
  429: "Too many requests for the configured throttle. Raise it, or try again later.",
};
