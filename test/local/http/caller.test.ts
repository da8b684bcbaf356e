import { describe, expect, test } from "@jest/globals";
import { isForLocalHost, isFromForeignPage } from "../../../local/http/caller.ts";

describe("the Host header", () => {
  test.each([
    "localhost",
    "localhost:3000",
    "LOCALHOST:3000",
    "127.0.0.1:3003",
    "[::1]:3000",
    "host.docker.internal:3002",
  ])("names this machine: %s", (host) => expect(isForLocalHost({ host })).toBe(true));

  test.each([
    "attacker.example",
    "localhost.attacker.example:3003",
    "127.0.0.1.nip.example",
    "[::2]:3000",
    "",
    undefined,
  ])("does not name this machine: %s", (host) => expect(isForLocalHost({ host })).toBe(false));
});

describe("a request of the developer", () => {
  const host = "localhost:3002";
  test.each([
    { host },
    { host, "content-type": "application/x-www-form-urlencoded" }, // curl -d
    { host, "sec-fetch-site": "none" },
    { host, origin: "http://localhost:3002", "sec-fetch-site": "same-origin" },
  ])("is accepted with %j", (headers) => expect(isFromForeignPage(headers)).toBe(false));

  test.each([
    { host, origin: "https://attacker.example", "content-type": "application/x-www-form-urlencoded" },
    { host, origin: "http://localhost:3004" },
    { host, origin: "null" },
    { host, "sec-fetch-site": "cross-site" },
    { host, "sec-fetch-site": "same-site" },
    { host, "content-type": "text/plain;charset=UTF-8" },
    { host, "content-type": "multipart/form-data; boundary=x" },
  ])("is not what a page elsewhere sends with %j", (headers) => expect(isFromForeignPage(headers)).toBe(true));
});
