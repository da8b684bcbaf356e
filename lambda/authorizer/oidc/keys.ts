/** Fetches and caches the public keys of one issuer. I/O: network, through an injected function. */
import type { Jwk } from "aws-jwt-verify/jwk";
import { getText, type TextReply, type TextRequest } from "../https-get.ts";
import { Refusal } from "../refusal.ts";
import { isAllowedUrl } from "../url.ts";

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

interface KeyStoreOptions {
  issuer: string;
  /** @default - found by OpenID Connect discovery */
  jwksUri?: string;
  /** @default getText */
  get?: (request: TextRequest) => Promise<TextReply>;
  /** Milliseconds; counts through a freeze of the instance. @default Date.now */
  now?: () => number;
}

/** A key that the issuer has removed is rejected after at most this time. */
const REFRESH_AFTER_MS = 10 * 60_000;
/** An unknown `kid`, or a failed refresh, causes at most one fetch in this time. */
const RETRY_AFTER_MS = 10_000;
/** During an outage of the issuer, known keys are used for at most this time. */
const STALE_AFTER_MS = 24 * 3_600_000;
/** Without any keys, a failed fetch is repeated after this time at the earliest. */
const FAILURE_STANDS_MS = 1_000;
const FETCH = { timeoutMs: 1_500, maxBytes: 256 * 1024, headers: { accept: "application/json" } };
const FETCH_ATTEMPTS = 2;

/** @returns a store that fetches keys at the first use. */
export function createKeyStore({ issuer, jwksUri, get = getText, now = Date.now }: KeyStoreOptions): KeyStore {
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

  function needsRefresh(): boolean {
    const usable = usableKeys();
    return usable === undefined || (isDue(REFRESH_AFTER_MS, usable.fetchedAt) && mayRefresh());
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
      const uri = jwksUri ?? (await discoverJwksUri(issuer, get));
      known = { keys: parseKeys(await getJson(uri, get)), fetchedAt: attemptedAt };
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
      // Twice, because the instance may have been frozen during the first fetch, which is then out of date.
      for (let fetches = 0; fetches < 2 && needsRefresh(); fetches += 1) await refreshOnce();
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

/**
 * Finds `jwks_uri` by OpenID Connect discovery. It may be on another host, as Google's is; it must be https.
 *
 * @see https://openid.net/specs/openid-connect-discovery-1_0.html section 4
 */
async function discoverJwksUri(issuer: string, get: (request: TextRequest) => Promise<TextReply>): Promise<string> {
  const url = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const document = Object(await getJson(url, get));
  if (document.issuer !== issuer) throw new Error("the discovery document is another issuer's");
  // http only where the issuer is on this machine itself: on Lambda, localhost is Lambda's own API.
  const isAllowed = typeof document.jwks_uri === "string" && isAllowedUrl(document.jwks_uri);
  if (!isAllowed || !(document.jwks_uri.startsWith("https:") || issuer.startsWith("http:"))) {
    throw new Error("jwks_uri is not https");
  }
  return document.jwks_uri;
}

function parseKeys(document: unknown): Jwk[] {
  const { keys } = Object(document);
  if (!Array.isArray(keys)) throw new Error("the key set has no keys");
  return keys.filter((key): key is Jwk => typeof key === "object" && key !== null && typeof key.kty === "string");
}

async function getJson(url: string, get: (request: TextRequest) => Promise<TextReply>): Promise<unknown> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { status, text } = await get({ url, ...FETCH });
      if (status !== 200) throw new Error(`status ${status}`);
      return JSON.parse(text);
    } catch (error) {
      if (attempt === FETCH_ATTEMPTS) throw error;
    }
  }
}
