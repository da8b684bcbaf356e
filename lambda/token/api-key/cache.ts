/** Pure (clock and reader are passed in): caches the Mindset API key; re-reads it when it expires or Mindset rejects it. */
import { SecretUnavailableError, type TokenError } from "../errors.ts";

/** A key to call Mindset with. */
export interface ApiKey {
  value: string;
  /** Milliseconds since the start of the read that returned it. */
  ageMs: number;
  /** The outage because of which a refresh that was due failed; the cached key is used in the meantime. */
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
/** A key that was read longer ago is used only after a read that failed because of an outage. */
const CONFIRM_AFTER_MS = 360_000;
const MAX_AGE_MS = 24 * 3_600_000;
/** How long a failure is cached, from the start of the read. A slow read is repeated less often: requests wait for it. */
const FAILURE_TTL = { minMs: 5_000, maxMs: 30_000, timesDuration: 6 };
/** How long a request waits for a refresh before it uses the cached key. */
const REFRESH_WAIT_MS = 500;
const REJECTION_BACKOFF_MS = { min: 500, max: 10_000, resetAfter: 60_000 };
const NO_REJECTION = { at: Number.NEGATIVE_INFINITY, backoffMs: REJECTION_BACKOFF_MS.min };

/**
 * One per function instance. At most one read is in flight at a time.
 *
 * An outage of Secrets Manager leaves the cached key in use for up to 24 h. An error that needs an operator (access
 * denied, secret deleted, placeholder, not a key) removes it: changing the secret stops the service within 6 minutes.
 */
export class ApiKeyCache {
  readonly #readSecret: () => Promise<string>;
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #wait: (ms: number) => Promise<unknown>;
  #cached: { value: string; readAt: number; lifeMs: number } | undefined;
  #failure: { error: TokenError; at: number; ttlMs: number } | undefined;
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
    if (this.#cached && this.#ageMs < this.#cached.lifeMs) return this.#current();
    if (this.#ageMs > CONFIRM_AFTER_MS) await this.#confirm();
    // The caller that triggers a refresh waits briefly; concurrent callers use the cached key.
    else if (!this.#inFlight && !this.#failedRecently()) {
      await Promise.race([this.#refresh(), this.#wait(REFRESH_WAIT_MS)]);
    }
    return this.#current();
  }

  /**
   * Re-reads the key after Mindset rejected it. Never throws.
   *
   * @returns the key to continue with, which is the rejected one if the secret holds no other; undefined without a key.
   */
  async refreshAfterRejection(rejected: string): Promise<ApiKey | undefined> {
    // A read that began before the rejection may still return the rejected key; one that began later is shared.
    await this.#inFlight;
    if (this.#cached?.value === rejected && (this.#inFlight || this.#mayReadAfterRejection())) await this.#refresh();
    return this.#usable() && this.#current();
  }

  /** Waits for a read. For a second one if Lambda froze the instance during the first, because its result may be stale. */
  async #confirm(): Promise<void> {
    for (let reads = 0; reads < 2 && this.#ageMs > CONFIRM_AFTER_MS; reads++) {
      // Without a key, only an error that needs an operator is cached; anything else may be over at the next request.
      const isFailureCached = reads > 0 || this.#usable() || this.#failure?.error.operatorActionNeeded;
      if (!this.#inFlight && this.#failedRecently() && isFailureCached) return;
      await this.#refresh();
    }
  }

  #current(): ApiKey {
    const key = this.#usable();
    if (!key) throw this.#failure?.error ?? new SecretUnavailableError("Reading the secret took too long.");
    return { value: key.value, ageMs: this.#ageMs, problem: this.#failure?.error };
  }

  #usable() {
    return this.#ageMs <= MAX_AGE_MS ? this.#cached : undefined;
  }

  get #ageMs(): number {
    return this.#cached ? this.#since(this.#cached.readAt) : Number.POSITIVE_INFINITY;
  }

  #failedRecently(): boolean {
    return this.#failure !== undefined && this.#since(this.#failure.at) < this.#failure.ttlMs;
  }

  /** Milliseconds. When the clock was set back, the step counts as elapsed time, so that nothing waits for it. */
  #since(at: number): number {
    return Math.abs(this.#now() - at);
  }

  #refresh(): Promise<void> {
    this.#inFlight ??= this.#readSecretOnce();
    return this.#inFlight;
  }

  async #readSecretOnce(): Promise<void> {
    const beganAt = this.#now(); // counts instead of the end: Lambda may freeze the instance in between
    try {
      this.#store(await this.#readSecret(), beganAt);
    } catch (error) {
      this.#fail(error as TokenError, beganAt);
    } finally {
      this.#inFlight = undefined;
    }
  }

  #store(value: string, readAt: number): void {
    if (value !== this.#cached?.value) this.#lastRejection = NO_REJECTION;
    const lifeMs = REFRESH_AFTER_MS * (1 + REFRESH_JITTER * (2 * this.#random() - 1));
    this.#cached = { value, readAt, lifeMs };
    this.#failure = undefined;
  }

  #fail(error: TokenError, at: number): void {
    if (error.operatorActionNeeded) this.#cached = undefined;
    const { minMs, maxMs, timesDuration } = FAILURE_TTL;
    const ttlMs = Math.min(Math.max(timesDuration * this.#since(at), minMs), maxMs);
    this.#failure = { error, at, ttlMs };
  }

  /** Backs off. A failed read counts as a step, whatever triggered it. */
  #mayReadAfterRejection(): boolean {
    const lastRejectionMs = this.#since(this.#lastRejection.at);
    const quietMs = this.#failure ? Math.min(lastRejectionMs, this.#since(this.#failure.at)) : lastRejectionMs;
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
