/** Pure: a secret that changes, fails and hangs, and a cache of it; whatever the cache does wrong is noted. */
import { type ApiKey, ApiKeyCache } from "../../../lambda/token/api-key/cache.ts";
import {
  ApiKeyNotSetError,
  SecretAccessError,
  SecretUnavailableError,
  type TokenError,
} from "../../../lambda/token/errors.ts";

const DAY_MS = 24 * 3_600_000;
/** Not even a rejected key has the secret read sooner after a read in vain began, as long as a key is known. */
const LEAST_PAUSE_MS = 500;
/** A key that was read longer ago is used only when the last read failed because of an outage. */
const CONFIRM_AFTER_MS = 360_000;
/** So long after a read for a rejected key, or one in vain, has begun a rejected key has the secret read again in any case. */
const LONGEST_BACKOFF_MS = 10_000;

/** What reading the secret may fail with. */
export const FAILURES: readonly TokenError[] = [
  new SecretUnavailableError("down"),
  new SecretAccessError("denied"),
  new ApiKeyNotSetError("not set"),
];

/** What has happened in all histories, to show that the histories try everything. */
export interface Seen {
  keys: number;
  rejections: number;
  owed: number;
  owedDuringARead: number;
  reads: number;
  mostInFlight: number;
}

/** A secret, a clock, and a cache that knows no others. */
export class KeyCacheWorld {
  /** What the cache did that it must not. */
  violation: string | undefined;
  readonly #seen: Seen;
  readonly #pending: Promise<void>[] = [];
  #nowMs = 0;
  #inFlight = 0;
  #lastKey: string | undefined;
  #knownAt = Number.NEGATIVE_INFINITY;
  /** When the last read in vain began; a success takes it back. */
  #failedAt = Number.NEGATIVE_INFINITY;
  #failures = 0;
  #successes = 0;
  /** The last read failed, and not because of an outage. */
  #isDenied = false;
  /** When the last read that may have been for a rejected key, or was in vain, began. */
  #backsOffSince = Number.NEGATIVE_INFINITY;
  #rejecting = 0;
  #stores = 0;
  #stored: string | TokenError = "a";
  readonly #everStored = new Set<unknown>(["a"]);
  #gate = Promise.withResolvers<void>();
  readonly #cache = new ApiKeyCache({ readSecret: () => this.#readSecret(), wait: soon, now: () => this.#nowMs });

  constructor(seen: Seen) {
    this.#seen = seen;
    this.release();
  }

  pass(ms: number): void {
    this.#nowMs += ms;
  }

  store(value: string | TokenError): void {
    this.#stored = value;
    this.#everStored.add(value);
    this.#stores += 1;
  }

  /** Reads hang from now on. */
  hold(): void {
    this.release();
    this.#gate = Promise.withResolvers();
  }

  release(): void {
    this.#gate.resolve();
  }

  /** So many requests begin. */
  read(times: number): void {
    for (let i = 0; i < times; i++) this.#pending.push(this.#readOnce());
  }

  /** Mindset rejects the key that was read last, to so many requests. */
  reject(times: number): void {
    for (let i = 0; i < times; i++) this.#pending.push(this.#rejectOnce());
  }

  /** Until everything that has begun has ended. */
  async finish(): Promise<void> {
    this.release();
    await Promise.all(this.#pending);
  }

  async #readOnce() {
    const beganAt = this.#nowMs;
    const deniedSince = this.#isDenied ? this.#successes : undefined;
    await this.#cache.read().then(
      (key) => {
        this.#lastKey = key.value;
        this.#check(key, deniedSince);
        const ageThenMs = key.ageMs - (this.#nowMs - beganAt);
        if (ageThenMs > CONFIRM_AFTER_MS && key.problem?.operatorActionNeeded !== false) {
          this.violation = `the key was ${ageThenMs} ms old, and there is no outage`;
        }
      },
      (error) => {
        if (!(error instanceof SecretUnavailableError || FAILURES.includes(error)))
          this.violation = `failed with ${error}`;
      },
    );
  }

  async #rejectOnce() {
    const rejected = this.#lastKey ?? "a";
    this.#seen.rejections += 1;
    const deniedSince = this.#isDenied ? this.#successes : undefined;
    const isOwed = this.#promiseReplacement(rejected);
    this.#rejecting += 1;
    const key = await this.#cache.refreshAfterRejection(rejected);
    this.#rejecting -= 1;
    if (key) this.#check(key, deniedSince);
    if (isOwed() && (!key || key.value === rejected))
      this.violation = `${rejected} was rejected, another one is stored, and was not given`;
  }

  /** @returns what tells afterwards whether the secret could be read all the time, held another key, and no backoff forbade it. */
  #promiseReplacement(rejected: string): () => boolean {
    const wasHandedOut = this.#lastKey !== undefined;
    const isKnown = this.#nowMs - this.#knownAt <= DAY_MS;
    const isBackoffOver = this.#nowMs - this.#backsOffSince >= LONGEST_BACKOFF_MS;
    const holdsOther = typeof this.#stored === "string" && this.#stored !== rejected;
    const isReading = this.#inFlight > 0;
    const beganAt = this.#nowMs;
    const { stores, failures } = { stores: this.#stores, failures: this.#failures };
    return () => {
      const nothingHappened = this.#stores === stores && this.#failures === failures && this.#nowMs - beganAt <= DAY_MS;
      const isOwed = wasHandedOut && isKnown && isBackoffOver && holdsOther && nothingHappened;
      if (isOwed) this.#seen.owed += 1;
      if (isOwed && isReading) this.#seen.owedDuringARead += 1;
      return isOwed;
    };
  }

  async #readSecret(): Promise<string> {
    this.#seen.reads += 1;
    this.#inFlight += 1;
    this.#seen.mostInFlight = Math.max(this.#seen.mostInFlight, this.#inFlight);
    if (this.#inFlight > 1) this.violation = `${this.#inFlight} reads in flight`;
    const isKnown = this.#nowMs - this.#knownAt <= DAY_MS;
    if (isKnown && this.#nowMs - this.#failedAt < LEAST_PAUSE_MS) this.violation = "read again right after a failure";
    const found = this.#stored;
    const beganAt = this.#nowMs;
    if (this.#rejecting > 0) this.#backsOffSince = beganAt;
    await this.#gate.promise;
    this.#inFlight -= 1;
    if (typeof found !== "string") {
      this.#failures += 1;
      this.#isDenied = found.operatorActionNeeded;
      if (this.#isDenied) this.#knownAt = Number.NEGATIVE_INFINITY;
      this.#failedAt = beganAt;
      this.#backsOffSince = Math.max(this.#backsOffSince, beganAt);
      throw found;
    }
    this.#isDenied = false;
    this.#successes += 1;
    this.#knownAt = beganAt;
    this.#failedAt = Number.NEGATIVE_INFINITY;
    return found;
  }

  #check({ value, ageMs }: ApiKey, deniedSince: number | undefined): void {
    this.#seen.keys += 1;
    if (!this.#everStored.has(value)) this.violation = `${value} was never stored`;
    if (deniedSince === this.#successes) this.violation = `${value} was given after a read that was denied`;
    if (ageMs > DAY_MS) this.violation = `the key is ${ageMs} ms old`;
  }
}

/** Lets everything happen that can. */
export function soon() {
  return new Promise((resolve) => setImmediate(resolve));
}
