/** Pure: how many retries the function can afford, so that it does not double the load on a Mindset that is down. */

// In tenths of a retry: whole numbers, so that nothing is lost to rounding.
const EARNED_BY_A_TOKEN = 1;
const PRICE_OF_A_RETRY = 10;
const MOST_SAVED = 100;

/**
 * Ten retries to begin with; ten tokens issued pay for one more, and at most ten can be saved up.
 * While Mindset fails now and then every failure is retried; while it is down, none but the first ten.
 *
 * @see https://github.com/grpc/proposal/blob/master/A6-client-retries.md#throttling-retry-attempts-and-hedged-rpcs
 */
export class RetryBudget {
  #saved = MOST_SAVED;
  #mindsetFails = false;

  /** Mindset has issued a token: a tenth of a retry is saved. */
  earn(): void {
    this.#saved = Math.min(this.#saved + EARNED_BY_A_TOKEN, MOST_SAVED);
    this.#mindsetFails = false;
  }

  /** True when Mindset has failed since it last issued a token. */
  get mindsetFails(): boolean {
    return this.#mindsetFails;
  }

  /** Mindset has failed, in whatever way but by the end of a connection that was idle. */
  fail(): void {
    this.#mindsetFails = true;
  }

  /** Pays for one retry; false, and nothing paid, when too little is saved. */
  spend(): boolean {
    if (this.#saved < PRICE_OF_A_RETRY) return false;
    this.#saved -= PRICE_OF_A_RETRY;
    return true;
  }
}
