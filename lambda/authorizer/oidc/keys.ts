/** Caches the public keys of one issuer, and decides when to fetch them. I/O: clock; network, through `key-set.ts`. */
import type { Jwk } from "aws-jwt-verify/jwk";
import { Refusal } from "../refusal.ts";
import { fetchKeys, type KeySetSource } from "./key-set.ts";

/** The keys of one issuer. */
export interface KeyStore {
  /** Starts to fetch the keys. A failure shows at the next {@link KeyStore.find}. */
  prefetch(): void;
  /**
   * @param kid the token's `kid`; without one, the issuer's only key that `isSuitable` accepts.
   * @throws Refusal KEY_UNKNOWN; ISSUER_UNAVAILABLE when no keys could be fetched.
   */
  find(kid: string | undefined, isSuitable: (key: Jwk) => boolean): Promise<Jwk>;
}

interface KeyStoreOptions extends KeySetSource {
  /** Milliseconds; counts through a freeze of the instance. @default Date.now */
  now?: () => number;
  /** Resolves after that many milliseconds. @default an unreferenced timer */
  wait?: (ms: number) => Promise<unknown>;
}

/** Older keys are fetched again. */
const REFRESH_AFTER_MS = 5 * 60_000;
/** How long a request waits for a refresh before it uses the known keys. */
const REFRESH_WAIT_MS = 500;
/** Older keys are used only after a fetch that failed, which a request waits for to its end. */
const CONFIRM_AFTER_MS = 9 * 60_000;
/** A failed fetch is repeated after this time. With the one above: a key that the issuer removed is rejected within 10 minutes. */
const REPEAT_AFTER_MS = 60_000;
/** An unknown `kid` causes at most one fetch in this time. */
const RETRY_AFTER_MS = 10_000;
/** During an outage of the issuer, known keys are used for at most this time. */
const STALE_AFTER_MS = 24 * 3_600_000;
/** Without any keys, a failed fetch is repeated after this time at the earliest. */
const FAILURE_STANDS_MS = 1_000;

/** @returns a store that fetches keys at the first use. */
export function createKeyStore(options: KeyStoreOptions): KeyStore {
  const { issuer, now = Date.now, wait = timer } = options;
  let known: { keys: Jwk[]; fetchedAt: number } | undefined;
  let attemptedAt = Number.NEGATIVE_INFINITY;
  let failure: { refusal: Refusal; at: number } | undefined;
  let inFlight: Promise<void> | undefined;

  function isDue(afterMs: number, since: number): boolean {
    const elapsedMs = now() - since;
    return elapsedMs >= afterMs || elapsedMs < 0; // a clock that was set back must not stop refreshes
  }

  function usableKeys() {
    return known && !isDue(STALE_AFTER_MS, known.fetchedAt) ? known : undefined;
  }

  async function refreshIfDue(): Promise<void> {
    if (isOlderThan(CONFIRM_AFTER_MS)) return confirm();
    // The request that starts a refresh waits briefly; the next ones use the known keys.
    if (isOlderThan(REFRESH_AFTER_MS) && !inFlight && mayRepeat()) {
      await Promise.race([refreshOnce(), wait(REFRESH_WAIT_MS)]);
    }
  }

  /** Waits for a fetch. For a second one if the instance was frozen during the first, which is then out of date. */
  async function confirm(): Promise<void> {
    for (let fetches = 0; fetches < 2 && isOlderThan(CONFIRM_AFTER_MS); fetches += 1) {
      if (usableKeys() && !inFlight && !mayRepeat()) return;
      await refreshOnce();
    }
  }

  function mayRepeat(): boolean {
    return isDue(REPEAT_AFTER_MS, attemptedAt);
  }

  function isOlderThan(ms: number): boolean {
    return known === undefined || isDue(ms, known.fetchedAt);
  }

  /** While the issuer is down, each forged token must not cause a fetch. */
  function assertNotFailedJustNow(): void {
    if (failure && !inFlight && !usableKeys() && !isDue(FAILURE_STANDS_MS, failure.at)) throw failure.refusal;
  }

  /** A fetch that is in flight can be shared; another one must not follow too soon. */
  function mayRefresh(): boolean {
    return inFlight !== undefined || isDue(RETRY_AFTER_MS, attemptedAt);
  }

  async function refresh(): Promise<void> {
    attemptedAt = now();
    try {
      known = { keys: await fetchKeys(options), fetchedAt: attemptedAt };
    } catch (cause) {
      if (!usableKeys()) {
        failure = {
          refusal: new Refusal("ISSUER_UNAVAILABLE", `The keys of ${issuer} cannot be fetched.`, cause),
          at: now(),
        };
        throw failure.refusal;
      }
    } finally {
      inFlight = undefined;
    }
  }

  function refreshOnce(): Promise<void> {
    inFlight ??= refresh();
    return inFlight;
  }

  return {
    prefetch: () => void refreshOnce().catch(() => {}),
    find: async (kid, isSuitable) => {
      assertNotFailedJustNow();
      await refreshIfDue();
      const key = selectKey(known?.keys, kid, isSuitable);
      if (key) return key;
      if (mayRefresh()) await refreshOnce();
      const newKey = selectKey(known?.keys, kid, isSuitable);
      if (!newKey) throw new Refusal("KEY_UNKNOWN", `${issuer} has no key for this token.`);
      return newKey;
    },
  };
}

/** Without a `kid` the key must be unambiguous. */
function selectKey(keys: Jwk[] = [], kid: string | undefined, isSuitable: (key: Jwk) => boolean): Jwk | undefined {
  const suitable = keys.filter((key) => (kid === undefined || key.kid === kid) && isSuitable(key));
  return suitable.length === 1 ? suitable[0] : undefined;
}

function timer(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
