import { describe, expect, test } from "@jest/globals";
import {
  type AuthorizerEvent,
  assertAllowedOrigin,
  bearerToken,
  cookieValue,
  cookieWithChunks,
} from "../../../lambda/authorizer/request.ts";

function outcome(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    expect(Object(error).message).toMatch(SENTENCE);
    return Object(error).code;
  }
}

/** The log has the message of each refusal. */
const SENTENCE = /^[A-Z].{10,}\.$/;

describe("the bearer token", () => {
  test.each([
    ["Bearer abc.def", "abc.def"],
    ["bearer   abc", "abc"],
    ["Bearer a+b/c==", "a+b/c=="],
    ["abc.def", "CREDENTIALS_MISSING"],
    ["Basic abc", "CREDENTIALS_MISSING"],
    ["Bearer ", "CREDENTIALS_MISSING"],
    ["Bearer abc,Bearer def", "CREDENTIALS_MISSING"],
    ["Bearer abc def", "CREDENTIALS_MISSING"],
    [undefined, "CREDENTIALS_MISSING"],
  ])("of %j is %j", (authorization, token) => {
    expect(outcome(() => bearerToken({ headers: { authorization } }, "authorization"))).toBe(token);
  });

  test("is missing in an event without headers", () => {
    expect(outcome(() => bearerToken({}, "authorization"))).toBe("CREDENTIALS_MISSING");
  });
});

describe("a cookie", () => {
  test.each<[AuthorizerEvent, string]>([
    [{ cookies: ["theme=dark", "session=a=b"] }, "a=b"],
    [{ cookies: ["theme=dark; session=abc"] }, "abc"],
    [{ headers: { cookie: "theme=dark; session=abc" } }, "abc"],
    [{ cookies: ["session="] }, ""],
    [{ cookies: [" \t session = \ta \tb \t "] }, "a \tb"],
    [{ cookies: ["session2=abc", "Session=abc", "session"] }, "CREDENTIALS_MISSING"],
    [{ cookies: [], headers: { cookie: "session=abc" } }, "CREDENTIALS_MISSING"],
    [{}, "CREDENTIALS_MISSING"],
    [{ cookies: ["session=a", "session=b"] }, "COOKIE_DUPLICATED"],
    [{ cookies: ["session=a", "session=a"] }, "COOKIE_DUPLICATED"],
    [{ cookies: ["session=a; session=b"] }, "COOKIE_DUPLICATED"],
    [{ cookies: ["\u00a0session=evil", "\u3000session=evil"] }, "CREDENTIALS_MISSING"],
    [{ cookies: ["session=a\r\nx-user: victim"] }, "TOKEN_MALFORMED"],
    [{ cookies: ["session=\u{1F600}"] }, "TOKEN_MALFORMED"],
  ])("of %j is %j", (event, value) => {
    expect(outcome(() => cookieValue(event, "session"))).toBe(value);
  });

  test("comes with its numbered chunks, in the order of the request, and no others", () => {
    const cookies = ["s.10=b", "s.0=a", "s.x=1", "s.0001=2", "t.0=3", "s0=4"];
    expect(cookieWithChunks({ cookies }, "s")).toEqual([
      { name: "s.10", value: "b" },
      { name: "s.0", value: "a" },
    ]);
    expect(outcome(() => cookieWithChunks({ cookies: ["s.0=a", "s.0=b"] }, "s"))).toBe("COOKIE_DUPLICATED");
  });
});

describe("a request with cookies", () => {
  test.each<[Record<string, string>, boolean]>([
    [{ origin: "https://app.example.com" }, true],
    [{ origin: "https://api.example.com" }, true],
    [{ "sec-fetch-site": "same-origin" }, true],
    [{ origin: "https://attacker.example" }, false],
    [{ origin: "https://attacker.example", "sec-fetch-site": "same-origin" }, false],
    [{ origin: "null" }, false],
    [{ origin: "" }, false],
    [{ origin: "https://app.example.com.attacker.example" }, false],
    [{ origin: "http://api.example.com" }, false],
    [{ "sec-fetch-site": "same-site" }, false],
    [{ "sec-fetch-site": "none" }, false],
    [{}, false],
  ])("from %j: allowed is %s", (headers, isAllowed) => {
    const event = { headers, requestContext: { domainName: "api.example.com" } };
    const result = outcome(() => assertAllowedOrigin(event, ["https://app.example.com"]));
    expect(result).toBe(isAllowed ? undefined : "ORIGIN_NOT_ALLOWED");
  });

  test("is refused when the event does not name the endpoint's domain", () => {
    expect(outcome(() => assertAllowedOrigin({ headers: { origin: "https://undefined" } }, []))).toBe(
      "ORIGIN_NOT_ALLOWED",
    );
  });
});
