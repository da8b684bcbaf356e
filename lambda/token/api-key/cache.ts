/** Pure (clock and reader are handed in): the Mindset API key, remembered, and read again when due or refused. */
import type { TokenError } from "../errors.ts";

/** A key to call Mindset with. */
export interface ApiKey {
  value: string;
  /** Milliseconds since it was read from Secrets Manager. */
  ageMs: number;
  /** Why it could not be read again although that was due: the known key serves on meanwhile. */
  problem: TokenError | undefined;
}

interface Dependencies {
  /** Reads the key afresh; rejects with a TokenError. */
  readSecret: () => Promise<string>;
  /** Milliseconds. @default Date.now, the clock that also counts while Lambda keeps the instance frozen */
  now?: () => number;
  /** 0 to 1. @default Math.random */
  random?: () => number;
  /** Resolves after so many milliseconds. @default a timer that keeps no process alive */
  wait?: (ms: number) => Promise<unknown>;
}

const RENEW_AFTER_MS = 300_000;
const RENEW_JITTER = 0.1;
const SERVE_AT_MOST_MS = 24 * 3_600_000;
/** How long a failure stands before Secrets Manager is asked again, from the beginning of the read that failed. */
const FAILURE_STANDS_MS = 5_000;
/** How long a request waits for a newer key when it could go on with the known one. */
const PATIENCE_MS = 500;
const REPLACE_BACKOFF_MS = { first: 500, most: 10_000, forgottenAfter: 60_000 };
const NO_REPLACE = { at: Number.NEGATIVE_INFINITY, backoffMs: REPLACE_BACKOFF_MS.first };

/** The key for as long as the function instance lives; at most one read is in flight at a time. */
export class ApiKeyCache {
  readonly #readSecret: () => Promise<string>;
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #wait: (ms: number) => Promise<unknown>;
  #known: { value: string; readAt: number; renewAt: number } | undefined;
  #failure: { error: TokenError; at: number } | undefined;
  #inFlight: Promise<void> | undefined;
  #lastReplace = NO_REPLACE;

  constructor({ readSecret, now = Date.now, random = Math.random, wait = timer }: Dependencies) {
    this.#readSecret = readSecret;
    this.#now = now;
    this.#random = random;
    this.#wait = wait;
  }

  /**
   * The key, from memory unless it is time to read it again.
   *
   * @throws TokenError, the reader's own, when no key is known, or the known one is older than 24 h.
   */
  async read(): Promise<ApiKey> {
    if (this.#known && this.#now() < this.#known.renewAt) return this.#current();
    if (this.#usable()) {
      // The one who starts the reading waits a little for it; whoever comes meanwhile goes on with the known key.
      if (!this.#failedLately() && !this.#inFlight) await Promise.race([this.#renew(), this.#wait(PATIENCE_MS)]);
    } else if (!(this.#failedLately() && this.#failure?.error.operatorActionNeeded)) {
      // Only what an operator must mend stands for a while; anything else may be over at the next request.
      await this.#renew();
    }
    return this.#current();
  }

  /** The key to try after Mindset refused another; undefined when the secret holds no other. Never throws. */
  async replace(refused: string): Promise<ApiKey | undefined> {
    // A read that began before the refusal may still bring the refused key; one begun after it is shared.
    await this.#inFlight;
    if (this.#known?.value === refused && (this.#inFlight || this.#mayReplaceNow())) await this.#renew();
    return this.#usable() && this.#known?.value !== refused ? this.#current() : undefined;
  }

  #current(): ApiKey {
    const key = this.#usable();
    if (!key) throw this.#failure?.error;
    return { value: key.value, ageMs: this.#now() - key.readAt, problem: this.#failure?.error };
  }

  #usable() {
    return this.#known && this.#now() - this.#known.readAt <= SERVE_AT_MOST_MS ? this.#known : undefined;
  }

  #failedLately(): boolean {
    return this.#failure !== undefined && this.#now() - this.#failure.at < FAILURE_STANDS_MS;
  }

  #renew(): Promise<void> {
    this.#inFlight ??= this.#readOnce();
    return this.#inFlight;
  }

  async #readOnce(): Promise<void> {
    const beganAt = this.#now(); // Lambda may freeze the instance before the failure comes
    try {
      this.#remember(await this.#readSecret());
    } catch (error) {
      this.#failure = { error: error as TokenError, at: beganAt };
    } finally {
      this.#inFlight = undefined;
    }
  }

  #remember(value: string): void {
    if (value !== this.#known?.value) this.#lastReplace = NO_REPLACE;
    const lifeMs = RENEW_AFTER_MS * (1 + RENEW_JITTER * (2 * this.#random() - 1));
    this.#known = { value, readAt: this.#now(), renewAt: this.#now() + lifeMs };
    this.#failure = undefined;
  }

  /** A read that has failed counts as a step of the backoff, whoever began it. */
  #mayReplaceNow(): boolean {
    const failedAt = this.#failure?.at ?? Number.NEGATIVE_INFINITY;
    const quietMs = this.#now() - Math.max(this.#lastReplace.at, failedAt);
    if (quietMs < this.#lastReplace.backoffMs) return false;
    const { first, most, forgottenAfter } = REPLACE_BACKOFF_MS;
    const backoffMs = quietMs > forgottenAfter ? first : Math.min(2 * this.#lastReplace.backoffMs, most);
    this.#lastReplace = { at: this.#now(), backoffMs };
    return true;
  }
}

function timer(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
