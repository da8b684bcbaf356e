import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import type { TextRequest } from "../../../../lambda/authorizer/https-get.ts";
import { createKeyStore } from "../../../../lambda/authorizer/oidc/keys.ts";
import { until } from "../../../support/until.ts";
import { startIssuer } from "../issuer.ts";

const MINUTES = 60_000;
const HOURS = 60 * MINUTES;

let issuer: Awaited<ReturnType<typeof startIssuer>>;
let clock: number;
beforeEach(async () => {
  issuer = await startIssuer(["ES256"]);
  clock = 1_800_000_000_000;
});
afterEach(() => issuer.close());

function createStore(jwksUri?: string) {
  return createKeyStore({ issuer: issuer.issuer, jwksUri, now: () => clock });
}

function find(store: ReturnType<typeof createStore>, kid: string | undefined) {
  return store
    .find(kid, ({ alg }) => alg === "ES256")
    .then(
      (key) => key.kid,
      ({ code, message }) => {
        expect(message).toMatch(/^(?:The keys of )?http.{10,}\.$/);
        return code;
      },
    );
}

const keyFetches = () => issuer.paths.filter((path) => path === "/keys").length;

describe("discovery", () => {
  test("finds the keys, and is not needed with a jwksUri", async () => {
    expect(await find(createStore(), "key-ES256")).toBe("key-ES256");
    expect(issuer.paths).toEqual(["/.well-known/openid-configuration", "/keys"]);
    expect(await find(createStore(`${issuer.issuer}/keys`), "key-ES256")).toBe("key-ES256");
    expect(issuer.paths).toHaveLength(3);
  });

  test("works for an issuer that ends in a slash, and with keys on another host", async () => {
    const asked: TextRequest[] = [];
    const answers = [
      { issuer: "https://i/", jwks_uri: "https://keys.example/" },
      { keys: [{ kid: "a", kty: "EC", alg: "ES256" }] },
    ];
    const get = async (request: TextRequest) => reply(answers[asked.push(request) - 1]);
    expect(await find(createKeyStore({ issuer: "https://i/", get }), "a")).toBe("a");
    expect(asked).toMatchObject([
      { url: "https://i/.well-known/openid-configuration", headers: { accept: "application/json" } },
      { url: "https://keys.example/" },
    ]);
  });

  test.each<[string, () => Record<string, unknown>]>([
    ["another issuer", () => ({ issuer: "https://attacker.example", jwks_uri: `${issuer.issuer}/keys` })],
    ["no issuer", () => ({ jwks_uri: `${issuer.issuer}/keys` })],
    ["no jwks_uri", () => ({ issuer: issuer.issuer })],
    ["a jwks_uri without TLS", () => ({ issuer: issuer.issuer, jwks_uri: "http://keys.example/keys" })],
    ["a jwks_uri that is not on the web", () => ({ issuer: issuer.issuer, jwks_uri: "file:///keys" })],
    ["a jwks_uri that is no URL", () => ({ issuer: issuer.issuer, jwks_uri: "/keys" })],
  ])("fails with %s", async (_, discovery) => {
    issuer.published.discovery = discovery();
    expect(await find(createStore(), "key-ES256")).toBe("ISSUER_UNAVAILABLE");
    expect(keyFetches()).toBe(0);
  });
});

describe("refresh", () => {
  test("serves known keys for 5 minutes without a fetch, and fetches them again afterwards", async () => {
    const store = createStore();
    await find(store, "key-ES256");
    clock += 5 * MINUTES - 1;
    expect(await find(store, "key-ES256")).toBe("key-ES256");
    expect(keyFetches()).toBe(1);
    clock += 1;
    await issuer.rotate("ES256", "new");
    expect(await find(store, "key-ES256")).toBe("KEY_UNKNOWN");
  });

  test("finds a new key immediately, and asks for unknown ones at most once in 10 s", async () => {
    const store = createStore();
    await find(store, "key-ES256");
    clock += 10_000;
    await issuer.rotate("ES256", "new");
    expect(await find(store, "new")).toBe("new");
    for (let i = 0; i < 20; i += 1) expect(await find(store, `unknown-${i}`)).toBe("KEY_UNKNOWN");
    expect(keyFetches()).toBe(2);
    clock += 10_000;
    expect(await find(store, "unknown")).toBe("KEY_UNKNOWN");
    expect(keyFetches()).toBe(3);
  });

  test("fetches once for requests at the same time", async () => {
    const store = createStore();
    store.prefetch();
    await until(() => keyFetches() === 1);
    expect(await Promise.all(Array.from({ length: 20 }, () => find(store, "key-ES256")))).toEqual(
      Array(20).fill("key-ES256"),
    );
    expect(keyFetches()).toBe(1);
  });

  test("does not use keys of a fetch during which the instance was frozen", async () => {
    const store = createStore();
    store.prefetch();
    clock += 5 * HOURS;
    await issuer.rotate("ES256", "new");
    expect(await find(store, "new")).toBe("new");
    expect(await find(store, "key-ES256")).toBe("KEY_UNKNOWN");
  });

  test("goes on when the clock was set back", async () => {
    const store = createStore();
    await find(store, "key-ES256");
    await issuer.rotate("ES256", "new");
    clock -= 1 * HOURS;
    expect(await find(store, "new")).toBe("new");
  });
});

describe("an outage of the issuer", () => {
  test("leaves known keys in use for 24 hours, with at most one attempt in a minute", async () => {
    const store = createStore();
    await find(store, "key-ES256");
    issuer.published.status = 503;
    clock += 5 * MINUTES;
    const before = issuer.paths.length;
    for (let seconds = 0; seconds < 600; seconds += 10) {
      expect(await find(store, "key-ES256")).toBe("key-ES256");
      clock += 10_000;
    }
    expect(issuer.paths.length - before).toBe(10 * 2); // each refresh is tried twice
    clock += 23 * HOURS;
    expect(await find(store, "key-ES256")).toBe("key-ES256");
    clock += 1 * HOURS;
    expect(await find(store, "key-ES256")).toBe("ISSUER_UNAVAILABLE");
  });

  test("costs one fetch a second while no keys are known, and ends when the issuer is back", async () => {
    issuer.published.status = 500;
    const store = createStore();
    expect(await find(store, "key-ES256")).toBe("ISSUER_UNAVAILABLE");
    const before = issuer.paths.length;
    for (let i = 0; i < 20; i += 1) expect(await find(store, `forged-${i}`)).toBe("ISSUER_UNAVAILABLE");
    expect(issuer.paths.length).toBe(before);
    issuer.published.status = 200;
    clock += 1_000;
    expect(await find(store, "key-ES256")).toBe("key-ES256");
  });

  test("is bridged by a second attempt when one request fails", async () => {
    const get = failOnce(issuer.issuer);
    const store = createKeyStore({ issuer: issuer.issuer, jwksUri: `${issuer.issuer}/keys`, get, now: () => clock });
    expect(await find(store, "key-ES256")).toBe("key-ES256");
  });
});

describe("an issuer that has been asked and does not answer", () => {
  const es256 = { kid: "key-ES256", kty: "EC", crv: "P-256", alg: "ES256" };
  let answers: PromiseWithResolvers<{ status: number; text: string }>[];
  let waits: number[];

  /** Its keys are known; every later fetch waits for an answer of the test. */
  async function startStore() {
    answers = [];
    waits = [];
    let get = async () => reply({ keys: [es256] });
    const store = createKeyStore({
      issuer: "https://i",
      jwksUri: "https://i/keys",
      get: () => get(),
      now: () => clock,
      wait: async (ms) => void waits.push(ms),
    });
    await find(store, "key-ES256");
    get = () => {
      const answer = Promise.withResolvers<{ status: number; text: string }>();
      answers.push(answer);
      return answer.promise;
    };
    return store;
  }

  test("delays one request by half a second; the refresh continues, and its keys are used", async () => {
    const store = await startStore();
    clock += 5 * MINUTES;
    for (let i = 0; i < 3; i += 1) expect(await find(store, "key-ES256")).toBe("key-ES256");
    expect([answers.length, waits]).toEqual([1, [500]]);

    answers[0]?.resolve(reply({ keys: [{ ...es256, kid: "new" }] }));
    expect(await find(store, "new")).toBe("new");
    expect(await find(store, "key-ES256")).toBe("KEY_UNKNOWN");
  });

  test("delays it by half a second of the real clock", async () => {
    jest.useFakeTimers({ doNotFake: ["nextTick", "Date"] });
    const es256Only = async () => reply({ keys: [es256] });
    let get = es256Only;
    const store = createKeyStore({ issuer: "https://i", jwksUri: "https://i/k", get: () => get(), now: () => clock });
    await find(store, "key-ES256");
    get = () => new Promise(() => {});
    clock += 5 * MINUTES;
    const found = find(store, "key-ES256");
    await jest.advanceTimersByTimeAsync(500);
    jest.useRealTimers();
    expect(await found).toBe("key-ES256");
  });

  test("is asked at most twice for one request, even when the instance is frozen each time", async () => {
    let fetches = 0;
    const get = async () => {
      fetches += 1;
      clock += 9 * MINUTES;
      return reply({ keys: [es256] });
    };
    const store = createKeyStore({ issuer: "https://i", jwksUri: "https://i/keys", get, now: () => clock });
    expect(await find(store, "key-ES256")).toBe("key-ES256");
    expect(fetches).toBe(2);
  });

  test("delays a request to the end of the fetch when the keys are older than 9 minutes: one may have been removed", async () => {
    const store = await startStore();
    clock += 9 * MINUTES;
    const found = find(store, "key-ES256");
    answers[0]?.resolve(reply({ keys: [{ ...es256, kid: "new" }] }));
    expect(await found).toBe("KEY_UNKNOWN");
    expect(waits).toEqual([]);
  });

  test("never leaves a key in use for more than 10 minutes because a freeze interrupted the refresh", async () => {
    const store = await startStore();
    clock += 9 * MINUTES - 1;
    expect(await find(store, "key-ES256")).toBe("key-ES256"); // and then Lambda freezes the instance
    clock += 1 * MINUTES;
    const found = find(store, "key-ES256");
    for (let attempt = 0; attempt < 2; attempt += 1) {
      answers[attempt]?.reject(new Error("no answer in time"));
      await until(() => answers.length > attempt + 1);
    }
    answers[2]?.resolve(reply({ keys: [{ ...es256, kid: "new" }] }));
    expect(await found).toBe("KEY_UNKNOWN");
  });
});

test.each([
  ["a key set without a list", { keys: "none" }],
  ["a list", []],
  ["null", null],
])("fails when the key set is %s", async (_, keySet) => {
  const store = createKeyStore({ issuer: "https://i", jwksUri: "https://i/keys", get: async () => reply(keySet) });
  expect(await find(store, "a")).toBe("ISSUER_UNAVAILABLE");
});

test("ignores entries that are not keys, and refuses an ambiguous one", async () => {
  const keys = [
    null,
    "key",
    { kid: "a" },
    { kid: "a", kty: "EC", alg: "ES256" },
    { kid: "a", kty: "EC", alg: "ES256", x: "2" },
    { kid: "b", alg: "ES256" },
  ];
  const store = createKeyStore({ issuer: "https://i", jwksUri: "https://i/keys", get: async () => reply({ keys }) });
  expect(await find(store, "a")).toBe("KEY_UNKNOWN");
  expect(await find(store, "b")).toBe("KEY_UNKNOWN");
  expect(await find(store, undefined)).toBe("KEY_UNKNOWN");
});

function reply(body: unknown) {
  return { status: 200, text: JSON.stringify(body) };
}

function failOnce(url: string) {
  let calls = 0;
  return async () => {
    calls += 1;
    if (calls === 1) throw new Error("reset");
    return { status: 200, text: await (await fetch(`${url}/keys`)).text() };
  };
}

test("asks no server on this machine for the keys of an issuer elsewhere, as on Lambda that is Lambda's own API", async () => {
  const asked: string[] = [];
  async function get({ url }: { url: string }) {
    asked.push(url);
    return reply({
      issuer: "https://partner.example",
      jwks_uri: "http://127.0.0.1:9001/2018-06-01/runtime/invocation/next",
    });
  }
  const store = createKeyStore({ issuer: "https://partner.example", get });
  expect(await find(store, "a")).toBe("ISSUER_UNAVAILABLE");
  expect(asked.filter((url) => url.startsWith("http:"))).toEqual([]);
});
