/** Experiment: whatever the function is invoked with, does it answer by the contract, and for nobody but the caller? */
import { PUBLIC_ERRORS, type PublicErrorCode } from "../../lambda/contract.ts";
import { toExternalId } from "../../lambda/token/caller/external-id.ts";
import type { RecordedRequest } from "../../local/mindset/records.ts";
import { type Answer, startSurroundings } from "../support/function.ts";
import { SAMPLES } from "./event-samples.ts";
import { type Findings, type Scale, toCount } from "./findings.ts";
import { watchLog } from "./log-watch.ts";
import { createRandom, mutate, oneOf } from "./mutation.ts";
import { KEY } from "./world.ts";

const EVENTS = { short: 3_000, full: 100_000 };
const SEED = 20_261_122;

/** Every sample as it is, then mutations of them, one to four at a time, one event after another. */
export async function run(scale: Scale): Promise<Findings> {
  const { mindset, coldStart, close } = await startSurroundings({ apiKey: KEY });
  const invoke = await coldStart();
  const watch = watchLog();
  const answers = new Map<string, number>();
  const misses = new Set<string>();
  for (const event of events(EVENTS[scale])) {
    mindset.requests.length = 0;
    const subject = verifiedSubject(event); // before the function replaces the body in it
    const answer = await invoke(event).catch((error: unknown) => error as Error);
    const named = nameOf(answer);
    answers.set(named, (answers.get(named) ?? 0) + 1);
    if (named.startsWith("not")) misses.add(named);
    for (const request of mindset.requests) if (!isFor(subject, request)) misses.add(`a token for ${request.body}`);
    if (answer instanceof Error) continue;
    watch.take(answer.headers["x-request-id"] ?? "");
    watch.search(answer);
  }
  for (const wanted of ["200", "400", "401", "403", "413"])
    if (![...answers.keys()].some((named) => named.startsWith(wanted)))
      misses.add(`nothing was answered with ${wanted}`);
  watch.stop();
  await close();
  return {
    title: "Events of every kind, and mutations of them",
    head: ["answer", "events"],
    rows: [...answers].sort().map(([named, count]) => [named, toCount(count)]),
    misses: [...misses, ...watch.leaks.slice(0, 1)],
  };
}

function* events(count: number): Generator<unknown> {
  const samples = Object.values(SAMPLES);
  for (const sample of samples) yield fresh(sample);
  const random = createRandom(SEED);
  for (let i = samples.length; i < count; i++) {
    let event: unknown = oneOf(samples, random);
    for (let mutations = Math.ceil(random() * 4); mutations > 0; mutations--) event = mutate(event, samples, random);
    yield fresh(event);
  }
}

/** The function writes the parsed body into its event. */
function fresh(event: unknown): unknown {
  return typeof event === "object" && event !== null && !Array.isArray(event) ? { ...event } : event;
}

/** e.g. `401 UNAUTHENTICATED`; begins with "not" for what the contract does not know. */
function nameOf(answer: Answer | Error): string {
  if (answer instanceof Error) return `not answered, but ${answer.name}`;
  const { statusCode, body } = answer;
  const { code, authToken } = JSON.parse(body);
  if (statusCode === 200 && typeof authToken === "string") return "200";
  const status = PUBLIC_ERRORS[code as PublicErrorCode]?.status;
  const isKnown = statusCode === status || (statusCode === 413 && code === "INVALID_REQUEST");
  return `${isKnown && code !== "INTERNAL" ? "" : "not "}${statusCode} \`${code}\``;
}

function isFor(subject: unknown, { body }: RecordedRequest): boolean {
  return typeof subject === "string" && JSON.parse(body.toString()).externalId === toExternalId(subject);
}

/** What stands in `requestContext.authorizer.jwt.claims.sub` of the event itself, not of a prototype. */
function verifiedSubject(event: unknown): unknown {
  return ["requestContext", "authorizer", "jwt", "claims", "sub"].reduce<unknown>(
    (value, name) =>
      Object(value) === value && Object.hasOwn(value as object, name)
        ? (value as Record<string, unknown>)[name]
        : undefined,
    event,
  );
}
