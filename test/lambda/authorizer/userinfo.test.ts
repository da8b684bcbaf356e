import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { createUserinfoClient } from "../../../lambda/authorizer/userinfo.ts";
import type { UserinfoSignIn } from "../../../lambda/sign-in-settings.ts";
import { type LocalServer, startServer } from "../../../local/http/server.ts";

let server: LocalServer;
let answer: { status: number; body: string | Buffer; location?: string };
let requests: { path: string | undefined; headers: Record<string, unknown> }[];
beforeAll(async () => {
  server = await startServer({
    port: 0,
    listener: ({ url, headers }, response) => {
      requests.push({ path: url, headers });
      response.writeHead(answer.status, answer.location ? { location: answer.location } : {}).end(answer.body);
    },
  });
});
beforeEach(() => {
  requests = [];
  answer = { status: 200, body: '{"user":{"id":"u-42","name":"Ada"}}' };
});
afterAll(() => server.close());

/** The log has the message of each refusal. */
const SENTENCE = /^[A-Z].{10,}\.$/;

const EVENT = {
  cookies: ["session=abc", "session.1=d", "tracking=xyz"],
  headers: { authorization: "Bearer opaque-token", "x-forwarded-for": "192.0.2.1", origin: "https://app.example.com" },
};

function ask(changes: Partial<UserinfoSignIn> = {}, event = EVENT) {
  const settings = {
    type: "userinfo",
    url: `${server.url}/session`,
    forward: ["cookie:session"],
    subject: "user.id",
  } as const;
  return createUserinfoClient({ ...settings, ...changes } as UserinfoSignIn)(event);
}

async function codeFor(changes?: Partial<UserinfoSignIn>, event?: typeof EVENT): Promise<string> {
  return ask(changes, event).then(
    () => "accepted",
    ({ code, message }) => {
      expect(message).toMatch(SENTENCE);
      return code;
    },
  );
}

describe("what is sent", () => {
  test("is the named cookie with its chunks, and nothing else of the request", async () => {
    await ask();
    expect(requests).toEqual([
      {
        path: "/session",
        headers: {
          accept: "application/json",
          cookie: "session=abc; session.1=d",
          host: `localhost:${server.port}`,
          connection: "close",
        },
      },
    ]);
  });

  test("is the bearer token, where the settings say so, and constant headers", async () => {
    await ask({ forward: ["authorization"], headers: { origin: "https://shop.example.com" } });
    expect(requests[0]?.headers).toMatchObject({
      authorization: "Bearer opaque-token",
      origin: "https://shop.example.com",
    });
    expect(requests[0]?.headers).not.toHaveProperty("cookie");
  });

  test("is nothing when the request has no credentials", async () => {
    expect(await codeFor({ forward: ["cookie:other"] })).toBe("CREDENTIALS_MISSING");
    expect(await codeFor({ forward: ["authorization"] }, { ...EVENT, headers: {} as never })).toBe(
      "CREDENTIALS_MISSING",
    );
    expect(requests).toEqual([]);
  });
});

describe("the caller", () => {
  test("is who the answer names", async () => {
    answer.body = '{"user":{"id":"u-42","n":"Ada","mail":"ada@example.com","ok":true},"id":"other"}';
    const paths = { name: "user.n", email: "user.mail", emailVerified: "user.ok" };
    expect((await ask(paths)).user).toEqual({
      sub: "u-42",
      name: "Ada",
      email: "ada@example.com",
      email_verified: "true",
    });
  });

  test.each([
    ['{"sub":7}', "7"],
    ['{"sub":"7"}', "7"],
  ])("of %s is %j", async (body, sub) => {
    answer.body = body;
    expect((await ask({ subject: "sub", name: "name" })).user).toStrictEqual({ sub });
  });

  test("whose address is not known to be verified has no email_verified that counts", async () => {
    answer.body = '{"sub":"u","email":"a@example.com"}';
    const paths = { subject: "sub", email: "email", emailVerified: "verified" };
    expect((await ask(paths)).user.email_verified).not.toBe("true");
    answer.body = '{"sub":"u","email":"a@example.com","verified":["true"]}';
    expect((await ask(paths)).user.email_verified).not.toBe("true");
    answer.body = '{"sub":"u","email":"a@example.com","verified":"true"}';
    expect((await ask(paths)).user.email_verified).toBe("true");
  });

  test("must match the required claims", async () => {
    expect(await codeFor({ requiredClaims: { "user.name": ["Ada"] } })).toBe("accepted");
    expect(await codeFor({ requiredClaims: { "user.name": ["Grace"] } })).toBe("REQUIRED_CLAIM_MISMATCH");
  });
});

test.each<[number, string, string]>([
  [401, "", "SESSION_NOT_SIGNED_IN"],
  [403, "", "SESSION_NOT_SIGNED_IN"],
  [200, "null", "SESSION_NOT_SIGNED_IN"],
  [200, "{}", "SESSION_NOT_SIGNED_IN"],
  [200, '{"user":{}}', "USERINFO_INVALID"],
  [200, '{"user":null}', "USERINFO_INVALID"],
  [200, '{"user":{"id":""}}', "USERINFO_INVALID"],
  [200, '{"user":{"id":null}}', "USERINFO_INVALID"],
  [200, '{"user":{"id":true}}', "USERINFO_INVALID"],
  [200, '{"user":{"id":["u"]}}', "USERINFO_INVALID"],
  [200, '{"user":{"id":1.5}}', "USERINFO_INVALID"],
  [200, '{"user":{"id":"\\ud800"}}', "USERINFO_INVALID"],
  [200, '{"user":{"id":9007199254740993}}', "USERINFO_INVALID"],
  [200, '{"__proto__":{"user":{"id":"u"}}}', "USERINFO_INVALID"],
  [200, "[]", "USERINFO_INVALID"],
  [200, "7", "USERINFO_INVALID"],
  [200, '"u-42"', "USERINFO_INVALID"],
  [200, "<html>", "USERINFO_INVALID"],
  [200, "", "USERINFO_INVALID"],
  [201, '{"user":{"id":"u"}}', "USERINFO_UNAVAILABLE"],
  [302, "", "USERINFO_UNAVAILABLE"],
  [404, "", "USERINFO_UNAVAILABLE"],
  [500, "", "USERINFO_UNAVAILABLE"],
])("status %i with %s is %s", async (status, body, code) => {
  answer = { status, body, location: `${server.url}/elsewhere` };
  expect(await codeFor()).toBe(code);
  expect(requests).toHaveLength(1);
});

test.each([
  [404, "", "The userinfo URL answered with 404 Not Found."],
  [200, "<html>", "The userinfo URL returned text that is not JSON."],
  [200, "[1]", "The userinfo URL returned JSON that is not an object."],
  [200, "7", "The userinfo URL returned JSON that is not an object."],
])("tells the operator what is wrong with the answer %i %s", async (status, body, message) => {
  answer = { status, body };
  await expect(ask()).rejects.toThrow(message);
});

test("fails with USERINFO_UNAVAILABLE when the answer is over 64 KB", async () => {
  answer.body = `{"user":{"id":"${"u".repeat(70_000)}"}}`;
  expect(await codeFor()).toBe("USERINFO_UNAVAILABLE");
});

test("fails when the answer is not UTF-8, because different ids could become one", async () => {
  answer.body = Buffer.from('{"user":{"id":"jos\xe9"}}', "latin1");
  expect(await codeFor()).toBe("USERINFO_UNAVAILABLE");
});

test("fails with USERINFO_UNAVAILABLE when the URL does not answer", async () => {
  expect(await codeFor({ url: "http://localhost:1/session" })).toBe("USERINFO_UNAVAILABLE");
});
