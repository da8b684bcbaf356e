import { describe, expect, test } from "@jest/globals";
import { apiHostProblem, isMindsetHost, issuerProblem, originProblem } from "../../../lib/config/web-address.ts";

describe("the API host", () => {
  test.each([
    "a.api.mindset.ai",
    "a.api.mindset.ai:8443",
    "localhost",
    "http://localhost:3002",
    "http://127.0.0.1:3002",
    "http://[::1]:3002",
    "http://host.docker.internal:3002",
  ])("accepts %s", (value) => {
    expect(apiHostProblem(value)).toBeUndefined();
  });

  test.each([
    ["https://a.api.mindset.ai", "without https://"],
    ["http://a.api.mindset.ai", "without TLS"],
    ["http://localhost", "without TLS"],
    ["http://localhost:3002/", "without TLS"],
    ["http://localhost:99999", "impossible port"],
    ["a.api.mindset.ai/", "without path"],
    ["a.api.mindset.ai/api/v1", "without path"],
    ["A.api.mindset.ai", "lower case"],
    ["key@a.api.mindset.ai", "user"],
    ["a.api.mindset.ai?x", "without path"],
    ["a..api.mindset.ai", "must be a host"],
    ["-a.api.mindset.ai", "must be a host"],
    ["a.api.mindset.ai:0", "must be a host"],
    ["a.api.mindset.ai:99999", "impossible host or port"],
    ["1.2.3.999", "impossible host or port"],
    ["a.api.mindset.ai\n", "must be a host"],
    ["", "must be a host"],
  ])("rejects %p", (value, problem) => {
    expect(apiHostProblem(value)).toContain(problem);
  });

  test.each([
    "evil.example",
    "api.mindset.ai",
    "evilapi.mindset.ai",
    "a.api.mindset.ai.evil.example",
    "http://localhost:3002",
  ])("does not take %s for a host of Mindset", (value) => {
    expect(isMindsetHost(value)).toBe(false);
  });

  test.each(["a.api.mindset.ai", "d.api.mindset.ai", "d.api.mindset.ai:443"])(
    "takes %s for a host of Mindset",
    (value) => {
      expect(isMindsetHost(value)).toBe(true);
    },
  );
});

describe("the issuer", () => {
  test.each([
    "https://login.example.com",
    "https://login.example.com/",
    "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI",
    "https://login.microsoftonline.com/00000000-0000-0000-0000-000000000000/v2.0",
    "https://login.example.com:8443/realms/Main",
  ])("accepts %s", (value) => {
    expect(issuerProblem(value)).toBeUndefined();
  });

  test.each([
    ["http://login.example.com", "begin with https://"],
    ["HTTPS://login.example.com", "begin with https://"],
    ["login.example.com", "begin with https://"],
    ["https://login.example.com/?a=b", "no query"],
    ["https://login.example.com/#a", "fragment"],
    ["https://login.example.com/ ", "space"],
    ["https://", "not a URL"],
    ["https://*.auth0.com/", "as providers write it"],
    ["https:///login.example.com", "as providers write it"],
    ["https://login.ex\u0430mple.com/", "as providers write it"],
    ["https://login.example.com/a/../b", "as providers write it"],
    ["https://user:pass@login.example.com/", "user info"],
    ["https://login.example.com/.well-known/openid-configuration", "metadata"],
  ])("rejects %p", (value, problem) => {
    expect(issuerProblem(value)).toContain(problem);
  });
});

describe("an origin", () => {
  test.each(["https://app.example.com", "https://app.example.com:8443", "http://localhost:5173"])(
    "accepts %s",
    (value) => {
      expect(originProblem(value)).toBeUndefined();
    },
  );

  test.each([
    ["*", "wildcard"],
    ["https://*", "wildcard"],
    ["https://*.example.com", "wildcard"],
    ["https://app.example.com/", 'the origin alone, "https://app.example.com"'],
    ["https://app.example.com/page", 'the origin alone, "https://app.example.com"'],
    ["https://App.Example.com", 'the origin alone, "https://app.example.com"'],
    ["HTTPS://app.example.com", 'the origin alone, "https://app.example.com"'],
    ["https://app.example.com:443", 'the origin alone, "https://app.example.com"'],
    ["https://user@app.example.com", 'the origin alone, "https://app.example.com"'],
    ["https://bücher.example", "xn--"],
    ["http://app.example.com", "begin with https://"],
    ["http://localhost", "begin with https://"],
    ["http://localhost:5173/", "begin with https://"],
    ["http://localhost:99999", "begin with https://"],
    ["http://localhost.evil.example:80", "begin with https://"],
    ["capacitor://localhost", "begin with https://"],
    ["null", "begin with https://"],
    ["https://", "begin with https://"],
  ])("rejects %p", (value, problem) => {
    expect(originProblem(value)).toContain(problem);
  });
});
