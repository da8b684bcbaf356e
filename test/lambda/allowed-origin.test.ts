import { expect, test } from "@jest/globals";
import { isFromAllowedOrigin } from "../../lambda/allowed-origin.ts";

const allowedOrigins = ["https://app.example.com", "http://localhost:5173"];
const requestContext = { domainName: "tokens.example.com" };

test.each([
  [{ origin: "https://app.example.com" }],
  [{ origin: "http://localhost:5173" }],
  [{ origin: "https://tokens.example.com" }],
  [{ "sec-fetch-site": "same-origin" }],
])("a request with %j may send cookies", (headers) => {
  expect(isFromAllowedOrigin({ headers, requestContext }, allowedOrigins)).toBe(true);
});

test.each<[Record<string, string> | null | undefined]>([
  [undefined],
  [null],
  [{}],
  [{ origin: "null" }],
  [{ origin: "" }],
  [{ origin: "https://evil.example" }],
  [{ origin: "https://app.example.com.evil.example" }],
  [{ origin: "https://app.example.com/" }],
  [{ origin: "https://APP.example.com" }],
  [{ origin: "http://app.example.com" }],
  [{ origin: "https://app.example.com,https://evil.example" }],
  [{ origin: "http://tokens.example.com" }],
  [{ origin: "https://evil.example", "sec-fetch-site": "same-origin" }],
  [{ "sec-fetch-site": "same-site" }],
  [{ "sec-fetch-site": "cross-site" }],
  [{ "sec-fetch-site": "none" }],
  [{ referer: "https://app.example.com/" }],
])("a request with %j may not", (headers) => {
  expect(isFromAllowedOrigin({ headers, requestContext }, allowedOrigins)).toBe(false);
});

test("an event without a domain name has no origin of its own", () => {
  expect(isFromAllowedOrigin({ headers: { origin: "https://undefined" } }, allowedOrigins)).toBe(false);
});
