import { type IncomingHttpHeaders, request } from "node:http";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { FAULTS, type FaultSettings } from "../../../../local/mindset/faults/catalogue.ts";
import { type FakeMindset, startMindset } from "../../../../local/mindset/server.ts";

let mindset: FakeMindset;
beforeAll(async () => {
  mindset = await startMindset({ port: 0, appUid: "test-app", apiKeys: ["k-1"] });
});
afterEach(() => mindset.faults.clear());
afterAll(() => mindset.close());

/** What the caller saw until the end, or until `patienceMs`. */
interface Sight {
  status: number | undefined;
  headers?: IncomingHttpHeaders;
  body: Buffer;
  /** The code of the error that the caller met, e.g. `ECONNRESET`; `ETIMEDOUT` when the caller gave up. */
  error?: string;
  tookMs: number;
}

function signIn({ patienceMs = 10_000, key = "k-1" } = {}) {
  return new Promise<Sight>((resolve) => {
    const began = performance.now();
    const sight: Sight = { status: undefined, body: Buffer.alloc(0), tookMs: 0 };
    const chunks: Buffer[] = [];
    const call = request(`${mindset.url}/api/v1/appuid/test-app/sdkusers/auth`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-api-key": key },
      agent: false,
    });
    function end(error?: string) {
      clearTimeout(patience);
      call.destroy();
      const tookMs = performance.now() - began;
      resolve({ ...sight, body: Buffer.concat(chunks), tookMs, ...(error !== undefined && { error }) });
    }
    const patience = setTimeout(end, patienceMs, "ETIMEDOUT");
    call.on("error", (error: NodeJS.ErrnoException) => end(error.code));
    call.on("response", (response) => {
      Object.assign(sight, { status: response.statusCode, headers: response.headers });
      patience.refresh();
      response.on("data", (chunk) => chunks.push(chunk)).on("end", () => end());
      response.on("error", (error: NodeJS.ErrnoException) => end(error.code));
    });
    call.end('{"externalId":"u-1"}');
  });
}

function signInWith(settings: FaultSettings, options?: Parameters<typeof signIn>[0]) {
  mindset.faults.set(settings);
  return signIn(options);
}

const VALID = /^\{"authToken":"local-token-[\w-]+"\}$/;

describe("a valid response", () => {
  test("ok: has status 200", async () => {
    const { status, body } = await signInWith({ fault: "ok" });

    expect([status, String(body)]).toEqual([200, expect.stringMatching(VALID)]);
  });

  test("extra-fields: has more than the token", async () => {
    const { body } = await signInWith({ fault: "extra-fields" });

    expect(JSON.parse(String(body))).toEqual({ authToken: expect.any(String), user: { id: 42 }, roles: [] });
  });

  test("delay: comes later", async () => {
    const { body, tookMs } = await signInWith({ fault: "delay", ms: 150 });

    expect(String(body)).toMatch(VALID);
    expect(tookMs).toBeGreaterThanOrEqual(149);
  });

  test("huge-headers: has more headers than Node's HTTP client accepts", async () => {
    expect(await signInWith({ fault: "huge-headers" })).toMatchObject({ error: "HPE_HEADER_OVERFLOW" });
  });

  test.each(["ok", "extra-fields"])("%s: still needs a valid key", async (fault) => {
    expect(await signInWith({ fault }, { key: "wrong" })).toMatchObject({ status: 403 });
  });
});

describe("an error or redirect", () => {
  test.each([204, 206, 400, 401, 403, 404, 409, 418, 422, 429, 451, 500, 502, 503, 504])(
    "status-%d: has that status, and creates no token",
    async (status) => {
      mindset.tokens.clear();

      expect(await signInWith({ fault: `status-${status}` })).toMatchObject({ status });
      expect(mindset.tokens.size).toBe(0);
    },
  );

  test.each(["7", "Fri, 31 Dec 1999 23:59:59 GMT", "soon", undefined])(
    "status-NNN: has the header retry-after %p",
    async (retryAfter) => {
      const { headers } = await signInWith({ fault: "status-429", retryAfter });

      expect(headers?.["retry-after"]).toBe(retryAfter);
    },
  );

  test.each([301, 302, 303, 307, 308])("redirect-%d: redirects to the location", async (status) => {
    const location = "http://127.0.0.1:9/elsewhere";
    const sight = await signInWith({ fault: `redirect-${status}`, location });

    expect(sight).toMatchObject({ status, headers: { location } });
  });
});

describe("the connection", () => {
  test.each(["hang-up", "reset"])("%s: ends before a response", async (fault) => {
    expect(await signInWith({ fault })).toMatchObject({ error: "ECONNRESET", status: undefined });
  });

  test.each(["reset-in-body", "end-in-body"])("%s: ends in the middle of the token", async (fault) => {
    const sight = await signInWith({ fault });

    expect(sight).toMatchObject({ error: "ECONNRESET", status: 200, body: Buffer.from('{"authToken":"') });
  });

  test("silence: gets no response", async () => {
    expect(await signInWith({ fault: "silence" }, { patienceMs: 150 })).toMatchObject({
      error: "ETIMEDOUT",
      status: undefined,
    });
  });

  test("headers-then-silence: gets headers and no body", async () => {
    expect(await signInWith({ fault: "headers-then-silence" }, { patienceMs: 150 })).toMatchObject({
      error: "ETIMEDOUT",
      status: 200,
      body: Buffer.alloc(0),
    });
  });

  test("drip: gets a byte every 200 ms", async () => {
    const { body, error } = await signInWith({ fault: "drip" }, { patienceMs: 700 });

    expect(error).toBe("ETIMEDOUT");
    expect(body.length).toBeGreaterThanOrEqual(1);
    expect(body.length).toBeLessThanOrEqual(4);
  });

  test("drip: gets a valid response in the end", async () => {
    expect(String((await signInWith({ fault: "drip", ms: 1 })).body)).toMatch(VALID);
  });
});

describe("200 without a valid token", () => {
  test.each<[string, string | Buffer]>([
    ["html", "<!doctype html><title>Hi</title>"],
    ["empty", ""],
    ["null", "null"],
    ["array", "[]"],
    ["invalid-utf8", Buffer.from('{"authToken":"\xff\xfe"}', "latin1")],
    ["token-missing", '{"token":"here"}'],
    ["token-empty", '{"authToken":""}'],
    ["token-number", '{"authToken":42}'],
    ["token-too-long", `{"authToken":"${"t".repeat(8193)}"}`],
    ["token-crlf", '{"authToken":"token\\r\\nx-injected: 1"}'],
  ])("%s", async (fault, body) => {
    const sight = await signInWith({ fault });

    expect(sight.status).toBe(200);
    expect(sight.body).toEqual(Buffer.from(body));
    expect(sight.headers?.["content-type"]).toBe(fault === "html" ? "text/html" : "application/json");
  });
});

describe("a response that is too large", () => {
  test("huge-body: 200 MB that begin like a token response", async () => {
    const { body, headers } = await signInWith({ fault: "huge-body" }, { patienceMs: 30_000 });

    expect(body.length).toBe(200 * 1024 * 1024 + 14);
    expect(headers?.["content-length"]).toBe(String(body.length));
    expect(String(body.subarray(0, 16))).toBe('{"authToken":"tt');
  }, 35_000);

  test("gzip-bomb: 1 MB that unpacks to 1 GB", async () => {
    const { body, headers } = await signInWith({ fault: "gzip-bomb" });
    const start = gzipSync('{"authToken":"').length;
    const member = body.subarray(start, start + (body.length - start) / 1024);

    expect(headers?.["content-encoding"]).toBe("gzip");
    expect(body.length).toBeLessThan(1.5 * 1024 * 1024);
    expect(gunzipSync(member).length * 1024).toBe(1024 ** 3);
    expect(String(gunzipSync(body.subarray(0, start + member.length)).subarray(0, 16))).toBe('{"authToken":"tt');
  }, 30_000);
});

test("every fault has a description", () => {
  for (const { description } of Object.values(FAULTS)) expect(description).toMatch(/^[\w(].{8,}$/);
});
