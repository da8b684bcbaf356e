import { afterEach, expect, test } from "@jest/globals";
import { startServer } from "../../../local/http/server.ts";
import { afterTest } from "../scenario.ts";
import { isFull, pick, record, toAlternatives, toMs } from "../size.ts";
import { type Authorize, createAuthorizers, type Decision } from "./authorizer.ts";
import type { Flaws } from "./faulty-server.ts";
import { AUDIENCE, startIssuer } from "./issuer.ts";

const RUNS = pick({ quick: 1, full: 20 });
/** What a machine that is busy with other tests may take longer. */
const SLACK_MS = pick({ quick: 2_000, full: 0 });
/** A key set is fetched again after this time. */
const UNTIL_DUE_MS = 301_000;
/** How long that may delay a request that can use the known keys. */
const WARM_AT_MOST_MS = 600;
/** After this time, a request waits for the fetch to end before it uses the known keys. */
const UNTIL_OLD_MS = 601_000;

type Issuer = Awaited<ReturnType<typeof startIssuer>>;

interface Row {
  issuer: string;
  flaws?: Flaws;
  begin?(issuer: Issuer): unknown;
  end?(issuer: Issuer): unknown;
  /** What a cold instance answers until then. @default 500 */
  cold?: 200 | 500;
  atMostMs: number;
  /** Takes seconds: only in the full size. @default false */
  isSlow?: boolean;
}

function failing(issuer: string, fault: string, more: Partial<Row> = {}): Row {
  return { issuer, begin: ({ faults }) => faults.set({ fault }), atMostMs: 200, ...more };
}

const ROWS: Row[] = [
  { issuer: "is down", begin: ({ close }) => close(), end: ({ reopen }) => reopen(), atMostMs: 200 },
  failing("resets every connection", "reset"),
  failing("answers with 503", "status-503"),
  failing("answers with HTML", "html"),
  failing("answers with null", "null"),
  failing("answers with 200 MB", "huge-body", { atMostMs: 500 }),
  failing("redirects", "redirect-302"),
  failing("never answers", "silence", { atMostMs: 3_250, isSlow: true }),
  failing("sends one byte per 200 ms", "drip", { atMostMs: 3_250, isSlow: true }),
  {
    issuer: "takes 700 ms for each answer",
    begin: ({ faults }) => faults.set({ fault: "delay", ms: 700 }),
    cold: 200,
    atMostMs: 1_600,
    isSlow: true,
  },
  { issuer: "has an untrusted certificate", flaws: { untrusted: true }, atMostMs: 200 },
  { issuer: "has an expired certificate", flaws: { expired: true }, atMostMs: 200 },
  { issuer: "has a certificate for another name", flaws: { name: "other.example" }, atMostMs: 200 },
  {
    issuer: "names a jwks_uri over plain HTTP",
    begin: ({ discovery, port }) => Object.assign(discovery, { jwks_uri: `http://keys.localhost:${port}/keys` }),
    end: (issuer) => Object.assign(issuer.discovery, { jwks_uri: `${issuer.url}/keys` }),
    atMostMs: 200,
  },
  {
    issuer: "publishes the discovery document of another issuer",
    begin: ({ discovery }) => Object.assign(discovery, { issuer: "https://other.example" }),
    end: (issuer) => Object.assign(issuer.discovery, { issuer: issuer.url }),
    atMostMs: 200,
  },
];

let aheadMs = 0;
const { now } = Date;
Date.now = () => now() + aheadMs; // before an authorizer takes its clock
afterEach(() => {
  aheadMs = 0;
});

test.each(ROWS.filter(({ isSlow }) => isFull || !isSlow))(
  "decides in time, and serves on with cached keys, when the issuer $issuer",
  async ({ issuer: what, flaws, begin, end, cold = 500, atMostMs, isSlow = false }) => {
    const { issuer, coldStart } = await startScenario(flaws);
    const token = await issuer.sign();
    async function coldStarts() {
      const instances: Authorize[] = [];
      for (let run = 0; run < RUNS; run++) instances.push(await coldStart());
      return instances;
    }
    const warmInstances = flaws ? [] : await coldStarts();
    for (const { status } of await decideAll(warmInstances, token, isSlow)) expect(status).toBe(200);

    await begin?.(issuer);
    const coldInstances = await coldStarts();
    const decisions = await decideAll(coldInstances, token, isSlow);
    aheadMs = UNTIL_DUE_MS;
    const warmDecisions = await decideAll(warmInstances, token, isSlow);
    aheadMs = UNTIL_OLD_MS;
    const lateDecisions = await decideAll(warmInstances, token, isSlow);
    issuer.faults.clear();
    await end?.(issuer);

    const slowestMs = Math.max(...decisions.map(({ ms }) => ms));
    const slowestWarmMs = Math.max(0, ...warmDecisions.map(({ ms }) => ms));
    const seen = toAlternatives(decisions.map(toText));
    record("The issuer fails, type oidc", {
      "the issuer": what,
      "API Gateway answers, cold instance": seen,
      slowest: toMs(slowestMs),
      "at most": toMs(atMostMs),
      "warm instance, keys due": toAlternatives(warmDecisions.map(toText)),
      "slowest of these": flaws ? "" : toMs(slowestWarmMs),
      "keys of 10 minutes": toAlternatives(lateDecisions.map(toText)),
      runs: RUNS,
    });
    expect(seen).toBe(cold === 200 ? "200" : "500 ISSUER_UNAVAILABLE");
    expect([...warmDecisions, ...lateDecisions].filter(({ user }) => user !== "sentinel-user")).toEqual([]);
    expect(slowestWarmMs).toBeLessThanOrEqual(WARM_AT_MOST_MS + SLACK_MS);
    expect(slowestMs).toBeLessThanOrEqual(atMostMs + SLACK_MS);
    if (flaws) return;
    for (const { status } of await decideAll(coldInstances, token, isSlow)) expect(status).toBe(200);
  },
);

/** One request to each instance; side by side where it takes seconds. */
async function decideAll(instances: Authorize[], token: string, isSlow: boolean): Promise<Decision[]> {
  if (isSlow) return Promise.all(instances.map((authorize) => authorize({ token })));
  const decisions = [];
  for (const authorize of instances) decisions.push(await authorize({ token }));
  return decisions;
}

test("uses a jwks_uri on another host only over HTTPS with a good certificate", async () => {
  const { issuer, coldStart } = await startScenario();
  const token = await issuer.sign();
  let strays = 0;
  const plain = await startServer({ port: 0, listener: (_, response) => response.end(String(++strays)) });
  const untrusted = await startIssuer({ untrusted: true });
  afterTest(plain.close);
  afterTest(untrusted.close);

  async function decideWith(jwksUri: string) {
    issuer.discovery.jwks_uri = jwksUri;
    return toText(await (await coldStart())({ token }));
  }
  expect(await decideWith(`https://127.0.0.1:${issuer.port}/keys`)).toBe("200"); // another host name
  expect(await decideWith(`http://[::ffff:127.0.0.1]:${plain.port}/keys`)).toBe("500 ISSUER_UNAVAILABLE");
  expect(await decideWith(`${untrusted.url}/keys`)).toBe("500 ISSUER_UNAVAILABLE");
  expect([strays, untrusted.paths]).toEqual([0, []]);
});

test("serves a new key of the issuer within 10 s, and then refuses the old one", async () => {
  const { issuer, coldStart } = await startScenario();
  let worstMs = 0;
  for (let run = 0; run < RUNS; run++) {
    const authorize = await coldStart();
    const old = await issuer.sign();
    expect((await authorize({ token: old })).status).toBe(200);
    await issuer.rotate(`key-of-run-${run}`);

    const token = await issuer.sign();
    worstMs = Math.max(worstMs, await waitFor(authorize, token, "200"));
    expect(toText(await authorize({ token: old }))).toBe("401 KEY_UNKNOWN");
  }
  record("The issuer rotates its key", {
    "a token of the new key is served after": `${worstMs / 1_000} s`,
    runs: RUNS,
  });
  expect(worstMs).toBeLessThanOrEqual(10_000);
});

test("refuses a key that the issuer has removed within 10 minutes, even if no token names another key", async () => {
  const { issuer, coldStart } = await startScenario();
  let worstMs = 0;
  for (let run = 0; run < RUNS; run++) {
    const authorize = await coldStart();
    const token = await issuer.sign();
    expect((await authorize({ token })).status).toBe(200);
    await issuer.rotate(`key-of-run-${run}`);
    worstMs = Math.max(worstMs, await waitFor(authorize, token, "401 KEY_UNKNOWN"));
  }
  record("The issuer removes a key", { "its tokens are refused after": `${worstMs / 1_000} s`, runs: RUNS });
  expect(worstMs).toBeLessThanOrEqual(600_000);
});

async function startScenario(flaws?: Flaws) {
  const issuer = await startIssuer(flaws);
  afterTest(issuer.close);
  const authorizers = createAuthorizers();
  return {
    issuer,
    coldStart: () =>
      authorizers.coldStart({
        type: "oidc",
        issuers: [{ issuer: issuer.url, audience: [AUDIENCE] }],
        token: { header: "authorization" },
        handOn: ["sub"],
      }),
  };
}

/** Asks every half second by a clock that is set ahead. @returns milliseconds until the decision is the one that is wanted. */
async function waitFor(authorize: Authorize, token: string, wanted: string): Promise<number> {
  const begun = aheadMs;
  while (toText(await authorize({ token })) !== wanted && aheadMs - begun < 3_600_000) aheadMs += 500;
  return aheadMs - begun;
}

function toText({ status, code }: Decision): string {
  return [status, code].filter(Boolean).join(" ");
}
