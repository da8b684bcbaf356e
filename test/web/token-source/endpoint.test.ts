import { expect, test } from "@jest/globals";
import { parseEndpoint } from "../../../web/token-source/endpoint.ts";

test.each([
  "https://abc123.execute-api.eu-west-1.amazonaws.com/api/getusertoken",
  "http://localhost:3000/api/getusertoken",
  "http://127.0.0.1:3000/",
  "http://[::1]:3000/",
])("accepts %s", (url) => {
  expect(parseEndpoint(url).href).toBe(url);
});

test.each([
  "http://api.example.com/",
  "http://localhost.example.com/",
  "http://127.0.0.1.example.com/",
  "https://ada@api.example.com/",
  "https://:secret@api.example.com/",
  "ftp://localhost/",
  "javascript:alert(1)",
  "data:application/json,{}",
  "/api/getusertoken", // there is no page here whose own address it could be
  "",
])("fails with %j", (url) => {
  expect(() => parseEndpoint(url)).toThrow(expect.objectContaining({ name: "TypeError" }));
});
