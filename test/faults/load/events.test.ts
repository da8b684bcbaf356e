import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { PUBLIC_ERRORS, type PublicErrorCode } from "../../../lambda/contract.ts";
import { toExternalId } from "../../../lambda/token/caller/external-id.ts";
import type { Answer } from "../../support/function.ts";
import { watchLog } from "../log-watch.ts";
import { afterTest, startScenario } from "../scenario.ts";
import { pick, record } from "../size.ts";
import { SAMPLES } from "./event-samples.ts";

const EVENTS = pick({ quick: 3_000, full: 100_000 });
const ODD_KEYS = ["__proto__", "constructor", "sub", "claims", "jwt", "authorizer", "requestContext", "body"];

const sampleName = fc.constantFrom(...Object.keys(SAMPLES));
const anything = fc.anything({ key: fc.oneof(fc.string(), fc.constantFrom(...ODD_KEYS)) });
/** One place of an event, and what it becomes: gone, another sample, or anything. */
const change = fc.record({
  path: fc.array(fc.nat(), { maxLength: 6 }),
  key: fc.option(fc.constantFrom(...ODD_KEYS), { freq: 4 }),
  becomes: fc.oneof(
    fc.constant({ gone: true }),
    sampleName.map((sample) => ({ sample })),
    anything.map((value) => ({ value })),
  ),
});

type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

test("answers any event as the contract says, and asks only for the verified caller's token", async () => {
  const { mindset, coldStart } = await startScenario();
  const invoke = await coldStart();
  const log = watchLog();
  afterTest(log.stop);
  const answers = new Map<string, number>();

  async function check(event: unknown) {
    mindset.requests.length = 0;
    const subject = verifiedSubject(event); // before the function replaces the body in it
    const answer = await invoke(event);
    const named = nameOf(answer);
    answers.set(named, (answers.get(named) ?? 0) + 1);
    for (const { body } of mindset.requests) {
      expect(JSON.parse(body.toString()).externalId).toBe(toExternalId(subject as string));
    }
    log.take(answer.headers["x-request-id"] ?? "");
    log.search(answer);
    expect(log.leaks[0]).toBeUndefined();
  }
  for (const sample of Object.values(SAMPLES)) await check(fresh(sample));
  await fc.assert(
    fc.asyncProperty(sampleName, fc.array(change, { minLength: 1, maxLength: 4 }), (name, changes) =>
      check(fresh(changes.reduce<unknown>((event, change) => changed(event, change, 0), SAMPLES[name]))),
    ),
    { numRuns: EVENTS },
  );

  for (const [answer, events] of [...answers].sort()) record("Events of every kind, mutated", { answer, events });
  const statuses = new Set([...answers.keys()].map((named) => named.slice(0, 3)));
  expect([...statuses].sort()).toEqual(["200", "400", "401", "403", "413"]);
});

/** The value with the change in one place; the value itself stays as it is. */
function changed(value: unknown, change: Change, depth: number): unknown {
  const { path, key, becomes } = change;
  const step = path[depth];
  if (typeof value !== "object" || value === null || step === undefined) {
    return "sample" in becomes ? SAMPLES[becomes.sample] : "value" in becomes ? becomes.value : undefined;
  }
  const isLast = depth === path.length - 1;
  const keys = Object.keys(value);
  const place = (isLast && key) || keys[step % keys.length] || "body";
  const { [place]: child, ...others } = value as Record<string, unknown>;
  const result = isLast && "gone" in becomes ? others : { ...others, [place]: changed(child, change, depth + 1) };
  return Array.isArray(value) ? Object.values(result) : result;
}

/** The function writes the parsed body into its event. */
function fresh(event: unknown): unknown {
  return typeof event === "object" && event !== null && !Array.isArray(event) ? { ...event } : event;
}

/** e.g. `401 UNAUTHENTICATED`; throws for what is not in the contract. */
function nameOf({ statusCode, body }: Answer): string {
  const { code, authToken } = JSON.parse(body);
  if (statusCode === 200 && typeof authToken === "string") return "200";
  expect(code).not.toBe("INTERNAL");
  const isTooLarge = statusCode === 413 && code === "INVALID_REQUEST";
  if (!isTooLarge) expect(statusCode).toBe(PUBLIC_ERRORS[code as PublicErrorCode]?.status);
  return `${statusCode} ${code}`;
}

/** The value of `requestContext.authorizer.jwt.claims.sub` of the event itself, not of a prototype. */
function verifiedSubject(event: unknown): unknown {
  return ["requestContext", "authorizer", "jwt", "claims", "sub"].reduce<unknown>(
    (value, name) =>
      Object(value) === value && Object.hasOwn(value as object, name)
        ? (value as Record<string, unknown>)[name]
        : undefined,
    event,
  );
}
