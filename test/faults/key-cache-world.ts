/** Pure: a secret that changes, fails and hangs, and a cache of it; whatever the cache does wrong is noted. */
import { type ApiKey, ApiKeyCache } from "../../lambda/api-key.ts";
import { ApiKeyNotSetError, SecretAccessError, SecretUnavailableError, type TokenError } from "../../lambda/errors.ts";

const DAY_MS = 24 * 3_600_000;
/** Not even a refused key has the secret read sooner after a read in vain, as long as a key is known. */
const LEAST_PAUSE_MS = 500;

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
  readonly seen = { keys: 0, refusals: 0, reads: 0, mostInFlight: 0 };
  readonly refused = new Set<string>();
  #inFlight = 0;
  #lastKey = "a";
  #knownAt = Number.NEGATIVE_INFINITY;
  #failedAt = Number.NEGATIVE_INFINITY;
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
    const key = await this.#cache.replace(refused);
    if (key?.value === refused) this.violation = "the refused key came back";
    if (key) this.#check(key);
  }

  async #readSecret(): Promise<string> {
    this.seen.reads += 1;
    this.#inFlight += 1;
    this.seen.mostInFlight = Math.max(this.seen.mostInFlight, this.#inFlight);
    if (this.#inFlight > 1) this.violation = `${this.#inFlight} reads in flight`;
    const isKnown = this.nowMs - this.#knownAt <= DAY_MS;
    if (isKnown && this.nowMs - this.#failedAt < LEAST_PAUSE_MS) this.violation = "read again right after a failure";
    const found = this.#stored;
    await this.#gate.promise;
    this.#inFlight -= 1;
    if (typeof found !== "string") {
      this.#failedAt = this.nowMs;
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
export const soon = () => new Promise((resolve) => setImmediate(resolve));
