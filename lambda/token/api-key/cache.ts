/** Pure (clock and reader are passed in): caches the Mindset API key; re-reads it when it expires or Mindset rejects it. */
import type { TokenError } from "../errors.ts";

/** A key to call Mindset with. */
export interface ApiKey {
  value: string;
  /** Milliseconds since it was read from Secrets Manager. */
  ageMs: number;
  /** Why a refresh that was due failed; the cached key is used in the meantime. */
  problem: TokenError | undefined;
}

interface Dependencies {
  /** Reads the secret; rejects with a TokenError. */
  readSecret: () => Promise<string>;
  /** Milliseconds. @default Date.now, which also counts while Lambda has the instance frozen */
  now?: () => number;
  /** 0 to 1. @default Math.random */
  random?: () => number;
  /** Resolves after that many milliseconds. @default an unreferenced timer */
  wait?: (ms: number) => Promise<unknown>;
}

const REFRESH_AFTER_MS = 300_000;
const REFRESH_JITTER = 0.1;
const MAX_AGE_MS = 24 * 3_600_000;
/** How long a failure is cached, from the start of the read that failed. */
const FAILURE_TTL_MS = 5_000;
/** How long a request waits for a refresh before it uses the cached key. */
const REFRESH_WAIT_MS = 500;
const REJECTION_BACKOFF_MS = { min: 500, max: 10_000, resetAfter: 60_000 };
const NO_REJECTION = { at: Number.NEGATIVE_INFINITY, backoffMs: REJECTION_BACKOFF_MS.min };

/** One per function instance. At most one read is in flight at a time. */
export class ApiKeyCache {
  readonly #readSecret: () => Promise<string>;
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #wait: (ms: number) => Promise<unknown>;
  #cached: { value: string; readAt: number; refreshAt: number } | undefined;
  #failure: { error: TokenError; at: number } | undefined;
  #inFlight: Promise<void> | undefined;
  #lastRejection = NO_REJECTION;

  constructor({ readSecret, now = Date.now, random = Math.random, wait = timer }: Dependencies) {
    this.#readSecret = readSecret;
    this.#now = now;
    this.#random = random;
    this.#wait = wait;
  }

  /**
   * Returns the cached key, refreshed if it is due.
   *
   * @throws TokenError from the reader, when no key is cached or the cached one is older than 24 h.
   */
  async read(): Promise<ApiKey> {
    if (this.#cached && this.#now() < this.#cached.refreshAt) return this.#current();
    if (this.#usable()) {
      // The caller that triggers a refresh waits briefly; concurrent callers use the cached key.
      if (!this.#failedLately() && !this.#inFlight) await Promise.race([this.#refresh(), this.#wait(REFRESH_WAIT_MS)]);
    } else if (!(this.#failedLately() && this.#failure?.error.operatorActionNeeded)) {
      // Only non-transient errors are cached; retry anything else on the next request.
      await this.#refresh();
    }
    return this.#current();
  }

  /** Re-reads the key after Mindset rejected it; undefined when the secret holds no other key. Never throws. */
  async refreshAfterRejection(rejected: string): Promise<ApiKey | undefined> {
    // A read that began before the rejection may still return the rejected key; one that began later is shared.
    await this.#inFlight;
    if (this.#cached?.value === rejected && (this.#inFlight || this.#mayReadAfterRejection())) await this.#refresh();
    return this.#usable() && this.#cached?.value !== rejected ? this.#current() : undefined;
  }

  #current(): ApiKey {
    const key = this.#usable();
    if (!key) throw this.#failure?.error;
    return { value: key.value, ageMs: this.#now() - key.readAt, problem: this.#failure?.error };
  }

  #usable() {
    return this.#cached && this.#now() - this.#cached.readAt <= MAX_AGE_MS ? this.#cached : undefined;
  }

  #failedLately(): boolean {
    return this.#failure !== undefined && this.#now() - this.#failure.at < FAILURE_TTL_MS;
  }

  #refresh(): Promise<void> {
    this.#inFlight ??= this.#readSecretOnce();
    return this.#inFlight;
  }

  async #readSecretOnce(): Promise<void> {
    const beganAt = this.#now(); // not when it fails: Lambda may freeze the instance in between
    try {
      this.#store(await this.#readSecret());
    } catch (error) {
      this.#failure = { error: error as TokenError, at: beganAt };
    } finally {
      this.#inFlight = undefined;
    }
  }

  #store(value: string): void {
    if (value !== this.#cached?.value) this.#lastRejection = NO_REJECTION;
    const lifeMs = REFRESH_AFTER_MS * (1 + REFRESH_JITTER * (2 * this.#random() - 1));
    this.#cached = { value, readAt: this.#now(), refreshAt: this.#now() + lifeMs };
    this.#failure = undefined;
  }

  /** Backs off. A failed read counts as a step, whatever triggered it. */
  #mayReadAfterRejection(): boolean {
    const failedAt = this.#failure?.at ?? Number.NEGATIVE_INFINITY;
    const quietMs = this.#now() - Math.max(this.#lastRejection.at, failedAt);
    if (quietMs < this.#lastRejection.backoffMs) return false;
    const { min, max, resetAfter } = REJECTION_BACKOFF_MS;
    const backoffMs = quietMs > resetAfter ? min : Math.min(2 * this.#lastRejection.backoffMs, max);
    this.#lastRejection = { at: this.#now(), backoffMs };
    return true;
  }
}

function timer(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
