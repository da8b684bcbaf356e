import { expect, test } from "@jest/globals";
import { toPagePolicy } from "../../../local/page/policy.ts";

const SETTINGS = {
  endpoint: "http://localhost:3000/api/getusertoken",
  issuer: "http://localhost:3001",
  clientId: "local-app",
  scope: "token:issue",
  mindsetUrl: "http://localhost:3002",
  appUid: "local-app",
  hasFakeMindset: true,
};
function directives(policy: string) {
  return Object.fromEntries(policy.split("; ").map((one) => one.split(/ (.*)/, 2)));
}

test("the page loads its own files alone, and talks to itself, the endpoint and the identity provider", () => {
  expect(directives(toPagePolicy(SETTINGS))).toEqual({
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self' http://localhost:3000 http://localhost:3001",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
  });
});

test("a real SDK is let in from exactly its origin, and may talk to that and to Mindset", () => {
  const sdkUrl = "https://sdk.example.com/path/mindset-sdk3.umd.js";
  const policy = directives(toPagePolicy({ ...SETTINGS, mindsetUrl: "https://a.api.mindset.ai", sdkUrl }));

  expect(policy["script-src"]).toBe("'self' https://sdk.example.com");
  expect(policy["connect-src"]).toBe(
    "'self' http://localhost:3000 http://localhost:3001 https://a.api.mindset.ai https://sdk.example.com",
  );
});

test("nothing inline and nothing evaluated is ever allowed", () => {
  expect(toPagePolicy({ ...SETTINGS, sdkUrl: "https://sdk.example.com/sdk.js" })).not.toMatch(/unsafe|\*|data:/);
});
