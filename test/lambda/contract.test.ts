import { describe, expect, test } from "@jest/globals";
import {
  apiHostProblem,
  FORBIDDEN_IDENTITY_CLAIMS,
  isMindsetHost,
  MUTABLE_IDENTITY_CLAIMS,
} from "../../lambda/contract.ts";

test("claims that many callers share never identify one, and those that users can change only if that is allowed", () => {
  // The other tests go through these lists, so they cannot find a missing claim.
  const shared = ["iss", "aud", "tid", "org_id", "groups", "token_use", "email_verified", "sid", "typ", "acr"];
  expect(FORBIDDEN_IDENTITY_CLAIMS).toEqual(expect.arrayContaining(shared));
  expect(MUTABLE_IDENTITY_CLAIMS).toEqual(expect.arrayContaining(["email", "upn", "phone_number", "username"]));
});

describe("the API host", () => {
  test.each([
    "a.api.mindset.ai",
    "a.api.mindset.ai:8443",
    "a.api.mindset.ai:443",
    "a.api.mindset.ai:1024",
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
    ["A.API.mindset.ai", "lower case"],
    ["key@a.api.mindset.ai", "user"],
    ["a.api.mindset.ai?x", "without path"],
    ["a..api.mindset.ai", "must be a host"],
    ["-a.api.mindset.ai", "must be a host"],
    ["a.api.mindset.ai:0", "must be a host"],
    ["a.api.mindset.ai:99999", "impossible host or port"],
    ["999.999.999.999", "impossible host or port"],
    ["a.api.mindset.ai:22", "port of another service"],
    ["a.api.mindset.ai:80", "port of another service"],
    ["user:pw@a.api.mindset.ai", "user"],
    ["a.api.mindset.ai#x", "without path"],
    ["a.api.mindset.ai:", "must be a host"],
    [" a.api.mindset.ai", "must be a host"],
    ["HTTP://localhost:3002", "must be a host"],
    ["http://localhost:3002@evil.example", "without TLS"],
    ["http://127.0.0.1.evil.example:80", "without TLS"],
    ["http://192.168.1.1:80", "without TLS"],
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
  ])("does not mistake %s for a host of Mindset", (value) => {
    expect(isMindsetHost(value)).toBe(false);
  });

  test.each(["a.api.mindset.ai", "d.api.mindset.ai", "d.api.mindset.ai:443"])(
    "recognizes %s as a host of Mindset",
    (value) => {
      expect(isMindsetHost(value)).toBe(true);
    },
  );
});
