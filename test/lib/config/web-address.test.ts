import { describe, expect, test } from "@jest/globals";
import { issuerProblem, originProblem } from "../../../lib/config/web-address.ts";

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
    ["https://*.auth0.com/", "in the form that providers use"],
    ["https:///login.example.com", "in the form that providers use"],
    ["https://login.ex\u0430mple.com/", "in the form that providers use"],
    ["https://login.example.com/a/../b", "in the form that providers use"],
    ["https://user:pass@login.example.com/", "user info"],
    ["https://login.example.com/.well-known/openid-configuration", "metadata"],
  ])("rejects %p", (value, problem) => {
    expect(issuerProblem(value)).toContain(problem);
  });
});

describe("an origin", () => {
  test.each([
    "https://app.example.com",
    "https://app.example.com:8443",
    "http://localhost:5173",
    "http://localhost",
    "http://127.0.0.1:5173",
    "https://localhost",
  ])("accepts %s", (value) => {
    expect(originProblem(value)).toBeUndefined();
  });

  test.each([
    ["*", "wildcard"],
    ["https://*", "wildcard"],
    ["https://*.example.com", "wildcard"],
    ["https://app.example.com/", 'must be "https://app.example.com"'],
    ["https://app.example.com/page", 'must be "https://app.example.com"'],
    ["https://App.Example.com", 'must be "https://app.example.com"'],
    ["HTTPS://app.example.com", 'must be "https://app.example.com"'],
    ["https://app.example.com:443", 'must be "https://app.example.com"'],
    ["https://user@app.example.com", 'must be "https://app.example.com"'],
    ["https://bücher.example", "xn--"],
    ["http://app.example.com", "begin with https://"],
    ["http://localhost:80", 'must be "http://localhost", which is what browsers send'],
    ["http://localhost:5173/", 'must be "http://localhost:5173"'],
    ["http://localhost:99999", "begin with https://"],
    ["http://localhost.evil.example:80", "begin with https://"],
    ["capacitor://localhost", "has a scheme that API Gateway does not accept"],
    ["ionic://localhost", 'androidScheme "https"'],
    ["tauri://localhost", "useHttpsScheme"],
    ["file://", "native HTTP client"],
    ["null", "serve the page over https"],
    ["https://", "begin with https://"],
  ])("rejects %p", (value, problem) => {
    expect(originProblem(value)).toContain(problem);
  });
});
