import { expect, test } from "@jest/globals";
import { startServer } from "../../../local/http/server.ts";
import { afterTest } from "../scenario.ts";
import { isFull, pick, record, toAlternatives, toMs } from "../size.ts";
import { createAuthorizers, ORIGIN } from "./authorizer.ts";
import { type FaultyServer, type Flaws, startFaultyServer } from "./faulty-server.ts";

const RUNS = pick({ quick: 1, full: 20 });
/** What a machine that is busy with other tests may take longer. */
const SLACK_MS = pick({ quick: 2_000, full: 0 });
const COOKIE = "session=sentinel-cookie";

const UNAVAILABLE = { decision: "500 USERINFO_UNAVAILABLE", atMostMs: 100 };
const INVALID = { decision: "500 USERINFO_INVALID", atMostMs: 100 };
const NOT_SIGNED_IN = { decision: "401 SESSION_NOT_SIGNED_IN", atMostMs: 100 };
const TOO_LATE = { decision: "500 USERINFO_UNAVAILABLE", atMostMs: 2_250, isSlow: true };

interface Row {
  url: string;
  /** @default - the answer is used as it is */
  fault?: string;
  /** @default - a user who is signed in */
  answer?: object | string;
  flaws?: Flaws;
  isDown?: boolean;
  decision: string;
  atMostMs: number;
  /** Takes seconds: only in the full size, its runs side by side. @default false */
  isSlow?: boolean;
}

const ROWS: Row[] = [
  { url: "is down", isDown: true, ...UNAVAILABLE },
  { url: "resets the connection", fault: "reset", ...UNAVAILABLE },
  { url: "is interrupted in the middle of the body", fault: "reset-in-body", ...UNAVAILABLE },
  { url: "has an untrusted certificate", flaws: { untrusted: true }, ...UNAVAILABLE },
  { url: "has an expired certificate", flaws: { expired: true }, ...UNAVAILABLE },
  { url: "has a certificate for another name", flaws: { name: "other.example" }, ...UNAVAILABLE },
  { url: "answers with 500", fault: "status-500", ...UNAVAILABLE },
  { url: "answers with 429", fault: "status-429", ...UNAVAILABLE },
  { url: "answers with 204", fault: "status-204", ...UNAVAILABLE },
  { url: "redirects", fault: "redirect-302", ...UNAVAILABLE },
  {
    url: "answers with 10 MB",
    answer: { id: "sentinel-user", padding: "p".repeat(10_000_000) },
    ...UNAVAILABLE,
    atMostMs: 1_000,
  },
  { url: "answers with HTML", fault: "html", ...INVALID },
  { url: "answers with nothing", fault: "empty", ...INVALID },
  { url: "answers with a list", answer: [{ id: "sentinel-user" }], ...INVALID },
  { url: "answers without an id", answer: { name: "Sentinel" }, ...INVALID },
  { url: "answers with an id that is a list", answer: { id: ["sentinel-user"] }, ...INVALID },
  { url: "answers with null", answer: "null", ...NOT_SIGNED_IN },
  { url: "answers with {}", answer: {}, ...NOT_SIGNED_IN },
  { url: "answers with 401", fault: "status-401", ...NOT_SIGNED_IN },
  { url: "answers with 403", fault: "status-403", ...NOT_SIGNED_IN },
  { url: "never answers", fault: "silence", ...TOO_LATE },
  { url: "sends headers, then nothing", fault: "headers-then-silence", ...TOO_LATE },
  { url: "sends one byte per 200 ms", fault: "drip", ...TOO_LATE },
];

test.each(ROWS.filter(({ isSlow }) => isFull || !isSlow))(
  "rejects every request, and recovers, when the userinfo URL $url: $decision",
  async ({ url: what, fault, answer = { id: "sentinel-user" }, flaws, isDown = false, decision, atMostMs, isSlow }) => {
    const { server, authorize, strays } = await startScenario(flaws);
    server.answer = answer;
    const redirect = fault?.startsWith("redirect") ? { location: strays.url } : {};
    if (fault) server.faults.set({ fault, ...redirect });
    if (isDown) await server.close();

    const decisions = isSlow
      ? await Promise.all(Array.from({ length: RUNS }, () => authorize({ cookie: COOKIE })))
      : [];
    for (let run = decisions.length; run < RUNS; run++) decisions.push(await authorize({ cookie: COOKIE }));
    const slowestMs = Math.max(...decisions.map(({ ms }) => ms));
    const seen = toAlternatives(decisions.map(({ status, code }) => `${status} ${code}`));
    record("The userinfo URL fails", {
      "the URL": what,
      "API Gateway answers": seen,
      slowest: toMs(slowestMs),
      "at most": toMs(atMostMs),
      runs: RUNS,
    });
    expect(seen).toBe(decision);
    expect(strays.count).toBe(0);
    expect(slowestMs).toBeLessThanOrEqual(atMostMs + SLACK_MS);

    server.faults.clear();
    server.answer = { id: "sentinel-user" };
    if (isDown) await server.reopen();
    if (!flaws) expect(await authorize({ cookie: COOKIE })).toMatchObject({ status: 200, user: "sentinel-user" });
  },
);

async function startScenario(flaws?: Flaws) {
  const server: FaultyServer & { answer: object | string } = {
    answer: {},
    ...(await startFaultyServer(() => server.answer, flaws)),
  };
  const strays = { url: "", count: 0 };
  const elsewhere = await startServer({
    port: 0,
    listener: (_, response) => {
      strays.count += 1;
      response.end('{"id":"sentinel-stranger"}');
    },
  });
  strays.url = elsewhere.url;
  afterTest(server.close);
  afterTest(elsewhere.close);
  const authorize = await createAuthorizers().coldStart({
    type: "userinfo",
    url: `${server.url}/session`,
    forward: ["cookie:session"],
    subject: "id",
    allowedOrigins: [ORIGIN],
  });
  return { server, authorize, strays };
}
