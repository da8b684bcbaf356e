import { expect, test } from "@jest/globals";
import { toPageSettings } from "../../../local/page/settings.ts";

const SERVICE = {
  endpoint: "http://localhost:3000/api/getusertoken",
  identityProvider: { issuer: "http://localhost:3001", clientId: "local-app" },
  appUid: "my-app",
};

test("tells the page where everything is, and no secret", () => {
  expect(toPageSettings({ ...SERVICE, apiHost: "http://localhost:3002", mindset: {} })).toEqual({
    endpoint: "http://localhost:3000/api/getusertoken",
    issuer: "http://localhost:3001",
    clientId: "local-app",
    scope: "token:issue",
    mindsetUrl: "http://localhost:3002",
    appUid: "my-app",
    hasFakeMindset: true,
  });
});

test("with the real Mindset and its SDK there is no stand-in", () => {
  const realSdk = { sdkUrl: "https://sdk.example.com/sdk.js", agentUid: "agent-1" };

  expect(toPageSettings({ ...SERVICE, apiHost: "a.api.mindset.ai", realSdk })).toMatchObject({
    mindsetUrl: "https://a.api.mindset.ai",
    hasFakeMindset: false,
    ...realSdk,
  });
});
