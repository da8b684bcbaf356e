import { expect, test } from "@jest/globals";
import { toPolicyHeader } from "../../../local/page/files.ts";
import type { PageSettings } from "../../../web/page/local-protocol.ts";

const SETTINGS = {
  endpoint: "http://localhost:3000/api/getusertoken",
  signIn: { type: "jwt", by: "provider", issuer: "http://localhost:3001", clientId: "c", scope: "s" } as const,
  mindsetUrl: "http://localhost:3002",
  appUid: "local-app",
  hasFakeMindset: true,
};
const SDK = { mindsetUrl: "https://a.api.mindset.ai", sdkUrl: "https://sdk.example.com/path/mindset-sdk3.umd.js" };

function directives(settings: PageSettings) {
  const [policy = ""] = Object.values(toPolicyHeader(settings));
  return Object.fromEntries(policy.split("; ").map((one) => one.split(/ (.*)/, 2)));
}

test("the page may load its own files, and call itself, the endpoint and the identity provider", () => {
  expect(Object.keys(toPolicyHeader(SETTINGS))).toEqual(["content-security-policy"]);
  expect(directives(SETTINGS)).toEqual({
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

test("the page may call the session server, and the origin of an issuer with a path", () => {
  const session = { type: "userinfo", by: "session", sessionUrl: "http://localhost:3005" } as const;
  const own = { type: "jwt", by: "own page", issuer: "https://login.example.com/realms/a", pages: [] } as const;

  expect(directives({ ...SETTINGS, signIn: session })["connect-src"]).toMatch(/ http:\/\/localhost:3005$/);
  expect(directives({ ...SETTINGS, signIn: own })["connect-src"]).toMatch(/ https:\/\/login\.example\.com$/);
});

test("with the real SDK the policy only reports what goes beyond the SDK's origin and Mindset", () => {
  const policy = directives({ ...SETTINGS, ...SDK });

  expect(Object.keys(toPolicyHeader({ ...SETTINGS, ...SDK }))).toEqual(["content-security-policy-report-only"]);
  expect(policy["script-src"]).toBe("'self' https://sdk.example.com");
  expect(policy["connect-src"]).toBe(
    "'self' http://localhost:3000 http://localhost:3001 https://a.api.mindset.ai https://sdk.example.com",
  );
});

test("no policy allows inline or evaluated code", () => {
  for (const settings of [SETTINGS, { ...SETTINGS, ...SDK }]) {
    expect(Object.values(toPolicyHeader(settings))[0]).not.toMatch(/unsafe|\*|data:/);
  }
});
