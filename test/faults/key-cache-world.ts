/** Pure: a secret that changes, fails and hangs, and a cache of it; whatever the cache does wrong is noted. */
import { type ApiKey, ApiKeyCache } from "../../lambda/token/api-key/cache.ts";
import {
  ApiKeyNotSetError,
  SecretAccessError,
  SecretUnavailableError,
  type TokenError,
} from "../../lambda/token/errors.ts";

const DAY_MS = 24 * 3_600_000;
/** Not even a refused key has the secret read sooner after a read in vain began, as long as a key is known. */
const LEAST_PAUSE_MS = 500;
/** So long after a read for a refused key, or one in vain, has begun a refused key has the secret read again in any case. */
const LONGEST_BACKOFF_MS = 10_000;

/** What reading the secret may fail with. */
export const FAILURES: readonly TokenError[] = [
  new SecretUnavailableError("down"),
  new SecretAccessError("denied"),
  new ApiKeyNotSetError("not set"),
];

/** A secret, a clock, and a cache that knows no others. */
export class KeyCacheWorld {
  nowMs = 0;
  /** What the cache did that it must not. */
  violation: string | undefined;
  /** What has happened, so that a model that tries nothing can be told from a cache that does nothing wrong. */
  readonly seen = { keys: 0, refusals: 0, owed: 0, owedDuringARead: 0, reads: 0, mostInFlight: 0 };
  readonly refused = new Set<string>();
  #inFlight = 0;
  #lastKey = "a";
  #knownAt = Number.NEGATIVE_INFINITY;
  /** When the last read in vain began; a success takes it back. */
  #failedAt = Number.NEGATIVE_INFINITY;
  #failures = 0;
  /** When the last read that may have been for a refused key, or was in vain, began. */
  #backsOffSince = Number.NEGATIVE_INFINITY;
  #refusing = 0;
  #stores = 0;
  #stored: string | TokenError = "a";
  readonly #everStored = new Set<unknown>(["a"]);
  #gate = Promise.withResolvers<void>();
  readonly #cache = new ApiKeyCache({ readSecret: () => this.#readSecret(), wait: soon, now: () => this.nowMs });

  constructor() {
    this.release();
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

  async read(): Promise<void> {
    await this.#cache.read().then(
      (key) => {
        this.#lastKey = key.value;
        this.#check(key);
      },
      (error) => {
        if (!FAILURES.includes(error)) this.violation = `failed with ${error}`;
      },
    );
  }

  /** Mindset refuses the key that was read last. */
  async refuse(): Promise<void> {
    const refused = this.#lastKey;
    this.seen.refusals += 1;
    this.refused.add(refused);
    const isOwed = this.#promiseReplacement(refused);
    this.#refusing += 1;
    const key = await this.#cache.refreshAfterRejection(refused);
    this.#refusing -= 1;
    if (key?.value === refused) this.violation = "the refused key came back";
    if (key) this.#check(key);
    if (isOwed() && !key) this.violation = `${refused} was refused, another one is stored, and was not given`;
  }

  /** @returns what tells afterwards whether the secret could be read all the time, held another key, and no backoff forbade it. */
  #promiseReplacement(refused: string): () => boolean {
    const wasHandedOut = this.seen.keys > 0;
    const isKnown = this.nowMs - this.#knownAt <= DAY_MS;
    const isBackoffOver = this.nowMs - this.#backsOffSince >= LONGEST_BACKOFF_MS;
    const holdsOther = typeof this.#stored === "string" && this.#stored !== refused;
    const isReading = this.#inFlight > 0;
    const { stores, failures } = { stores: this.#stores, failures: this.#failures };
    return () => {
      const nothingHappened = this.#stores === stores && this.#failures === failures;
      const isOwed = wasHandedOut && isKnown && isBackoffOver && holdsOther && nothingHappened;
      if (isOwed) this.seen.owed += 1;
      if (isOwed && isReading) this.seen.owedDuringARead += 1;
      return isOwed;
    };
  }

  async #readSecret(): Promise<string> {
    this.seen.reads += 1;
    this.#inFlight += 1;
    this.seen.mostInFlight = Math.max(this.seen.mostInFlight, this.#inFlight);
    if (this.#inFlight > 1) this.violation = `${this.#inFlight} reads in flight`;
    const isKnown = this.nowMs - this.#knownAt <= DAY_MS;
    if (isKnown && this.nowMs - this.#failedAt < LEAST_PAUSE_MS) this.violation = "read again right after a failure";
    const found = this.#stored;
    const beganAt = this.nowMs;
    if (this.#refusing > 0) this.#backsOffSince = beganAt;
    await this.#gate.promise;
    this.#inFlight -= 1;
    if (typeof found !== "string") {
      this.#failures += 1;
      this.#failedAt = beganAt;
      this.#backsOffSince = Math.max(this.#backsOffSince, beganAt);
      throw found;
    }
    this.#knownAt = this.nowMs;
    this.#failedAt = Number.NEGATIVE_INFINITY;
    return found;
  }

  #check({ value, ageMs }: ApiKey): void {
    this.seen.keys += 1;
    if (!this.#everStored.has(value)) this.violation = `${value} was never stored`;
    if (ageMs > DAY_MS) this.violation = `the key is ${ageMs} ms old`;
  }
}

/** Lets everything happen that can. */
export function soon() {
  return new Promise((resolve) => setImmediate(resolve));
}
