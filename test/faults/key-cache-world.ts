/** Pure: a secret that changes, fails and hangs, and a cache of it; whatever the cache does wrong is noted. */
import { type ApiKey, ApiKeyCache } from "../../lambda/api-key.ts";
import { ApiKeyNotSetError, SecretAccessError, SecretUnavailableError, type TokenError } from "../../lambda/errors.ts";

const HOUR_MS = 3_600_000;

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
  #inFlight = 0;
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
      (key) => this.#check(key),
      (error) => {
        if (!FAILURES.includes(error)) this.violation = `failed with ${error}`;
      },
    );
  }

  async refuse(refused: string): Promise<void> {
    const key = await this.#cache.replace(refused);
    if (key?.value === refused) this.violation = "the refused key came back";
    if (key) this.#check(key);
  }

  async #readSecret(): Promise<string> {
    this.#inFlight += 1;
    if (this.#inFlight > 1) this.violation = `${this.#inFlight} reads in flight`;
    const found = this.#stored;
    await this.#gate.promise;
    this.#inFlight -= 1;
    if (typeof found !== "string") throw found;
    return found;
  }

  #check({ value, ageMs }: ApiKey): void {
    if (!this.#everStored.has(value)) this.violation = `${value} was never stored`;
    if (ageMs > 24 * HOUR_MS) this.violation = `the key is ${ageMs} ms old`;
  }
}

/** Lets everything happen that can. */
export const soon = () => new Promise((resolve) => setImmediate(resolve));
