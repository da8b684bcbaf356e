/** Checks an endpoint from outside (network): connection, refusal without a token, CORS. */
import { type Finding, fail, note, pass, skip } from "../report.ts";
import { type Answer, NO_ANSWER_ADVICE, request } from "../request.ts";

const FOREIGN_ORIGIN = "https://elsewhere.example";

/** @returns whether it answers at all. */
export async function* checkConnection(url: string): AsyncGenerator<Finding, boolean> {
  const { noAnswer } = await request(url, { method: "POST" });
  const [connection, certificate] = ["DNS and connection", "TLS certificate"] as const;
  if (noAnswer?.kind === "tls") {
    yield pass(connection);
    yield fail(certificate, noAnswer.reason, NO_ANSWER_ADVICE.tls);
    return false;
  }
  if (noAnswer) {
    yield fail(connection, `${new URL(url).host} (${noAnswer.reason})`, NO_ANSWER_ADVICE[noAnswer.kind]);
    return false;
  }
  yield pass(connection);
  yield url.startsWith("https:") ? pass(certificate) : skip(certificate, "plain HTTP on this machine");
  return true;
}

/** What the endpoint answers to callers who are not signed in. @param origins of the pages that may call. */
export async function* checkRefusals(
  url: string,
  origins: readonly string[],
  cookies: boolean,
): AsyncGenerator<Finding> {
  const refusal = toRefusal("401 without a token", await request(url, { method: "POST" }));
  yield refusal;
  if (refusal.status === "fail") return;
  const authorization = "Bearer made.up.token";
  yield toRefusal("401 with a made-up token", await request(url, { method: "POST", headers: { authorization } }));
  for (const origin of origins) {
    yield await checkPreflight(url, origin, cookies);
    const answer = await request(url, { method: "POST", headers: { origin } });
    yield checkCorsOf401(origin, answer);
  }
  if (origins.length === 0) yield skip("CORS", "no origin is known; add --origin https://your.page");
  yield checkForeignOrigin(await preflight(url, FOREIGN_ORIGIN));
}

function toRefusal(check: string, { response, noAnswer }: Answer): Finding {
  if (noAnswer) return fail(check, `no answer (${noAnswer.reason})`, NO_ANSWER_ADVICE[noAnswer.kind]);
  const { status, headers } = response;
  if (status === 401) return pass(check);
  const location = headers.get("location");
  const detail = `the answer is ${status}${location ? ` to ${location}` : ""}`;
  if (status === 429) return fail(check, detail, "Too many requests: raise throttle, or try again later.");
  return fail(check, detail, REFUSAL_ADVICE[Math.floor(status / 100)] ?? "Check the URL.");
}

async function checkPreflight(url: string, origin: string, cookies: boolean): Promise<Finding> {
  const check = `CORS preflight for ${origin}`;
  const { response, noAnswer } = await preflight(url, origin);
  if (noAnswer) return fail(check, `no answer (${noAnswer.reason})`, NO_ANSWER_ADVICE[noAnswer.kind]);
  const header = (name: string) => response.headers.get(`access-control-allow-${name}`) ?? "";
  if (header("origin") !== origin) {
    return fail(check, `allow-origin is ${header("origin") || "absent"}`, ADD_ORIGIN);
  }
  const lists = `${header("methods")},${header("headers")}`.toLowerCase();
  const missing = ["post", "authorization", "content-type"].filter((name) => !lists.includes(name));
  if (missing.length > 0) return fail(check, `it does not allow ${missing.join(", ")}`, OWN_CORS);
  if (cookies && header("credentials") !== "true") return fail(check, "it does not allow credentials", OWN_CORS);
  return pass(check);
}

function preflight(url: string, origin: string): Promise<Answer> {
  const wanted = {
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization,content-type",
  };
  return request(url, { method: "OPTIONS", headers: { origin, ...wanted } });
}

function checkCorsOf401(origin: string, { response, noAnswer }: Answer): Finding {
  const check = `CORS headers of a 401 for ${origin}`;
  if (noAnswer) return fail(check, `no answer (${noAnswer.reason})`, NO_ANSWER_ADVICE[noAnswer.kind]);
  const allowed = response.headers.get("access-control-allow-origin");
  if (allowed === origin) return pass(check);
  if (allowed === null) return note(check, "allow-origin is absent", NO_CORS_ON_401); // the endpoint works without
  return fail(check, `allow-origin is ${allowed}`, OWN_CORS_ON_401);
}

function checkForeignOrigin({ response }: Answer): Finding {
  const check = "no CORS for other pages";
  const allowed = response?.headers.get("access-control-allow-origin");
  if (!allowed) return pass(check);
  return fail(
    check,
    `${FOREIGN_ORIGIN} gets allow-origin ${allowed}`,
    "List the exact origins of your pages in allowedOrigins.",
  );
}

const REFUSAL_ADVICE: Record<number, string> = {
  2: "Anybody can call this URL. If it is this endpoint, take it offline: its authorizer is missing. Otherwise, check the URL.",
  3: "It redirects. Use the address that it redirects to, or the output TokenEndpointUrl of the stack.",
  4: "Nothing to sign in to at this URL. Use the output TokenEndpointUrl of the stack, with its path /api/getusertoken.",
  5: "The authorizer fails. Read its log; with a Lambda authorizer, check that API Gateway may invoke it.",
};
const ADD_ORIGIN = "Add the origin to allowedOrigins, exactly as the browser sends it, and deploy.";
const OWN_CORS =
  "Something before the API, such as a CDN, answers preflights. Have it forward OPTIONS requests, with all headers.";
const NO_CORS_ON_401 =
  "Pages see a network failure instead of 401. The token source handles it; serving page and API from one origin avoids it (docs/front-end.md).";
const OWN_CORS_ON_401 = "Something before the API, such as a CDN, sets CORS headers. Have it forward those of the API.";
