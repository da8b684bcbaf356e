import { expect, test } from "@jest/globals";
import { sdkProblems, toRealSdk } from "../../../local/page/sdk-settings.ts";

const MINDSET_SDK_URL = "https://a.example.com/mindset-sdk3.umd.js";
const MINDSET_API_HOST = "a.api.mindset.ai";

test("without a URL there is no real SDK, and nothing wrong with that", () => {
  expect(toRealSdk({ MINDSET_AGENT_UID: "agent-1" })).toBeUndefined();
  expect(sdkProblems({ MINDSET_SDK_URL: "" })).toEqual([]);
});

test("with the real Mindset the SDK is shown, and an agent when there is one", () => {
  expect(sdkProblems({ MINDSET_SDK_URL, MINDSET_API_HOST })).toEqual([]);
  expect(toRealSdk({ MINDSET_SDK_URL })).toEqual({ sdkUrl: MINDSET_SDK_URL });
  expect(toRealSdk({ MINDSET_SDK_URL, MINDSET_AGENT_UID: "agent-1" })).toEqual({
    sdkUrl: MINDSET_SDK_URL,
    agentUid: "agent-1",
  });
});

test.each(["mindset-sdk3.umd.js", "http://a.example.com/", "javascript:alert(1)"])("fails with the URL %j", (url) => {
  expect(sdkProblems({ MINDSET_SDK_URL: url, MINDSET_API_HOST })).toEqual([
    `MINDSET_SDK_URL is "${url}"; it must be the https URL of the SDK's script.`,
  ]);
});

test("fails without the real Mindset", () => {
  expect(sdkProblems({ MINDSET_SDK_URL })).toEqual([
    "The real SDK needs the real Mindset: with MINDSET_SDK_URL, set MINDSET_API_HOST too.",
  ]);
});
