/** Starts what a scenario needs, and cleans up after the test, whatever came of it. */
import { afterEach } from "@jest/globals";
import { startTestEnvironment, type TestEnvironment, type TestEnvironmentOptions } from "../support/function.ts";

/** The key that Mindset accepts and the secret holds, until a scenario changes that. */
export const KEY = "sentinel-key-1";

/** Starts the function's environment until the end of the test. */
export async function startScenario(options: TestEnvironmentOptions = {}): Promise<TestEnvironment> {
  const environment = await startTestEnvironment({ apiKey: KEY, ...options });
  afterTest(environment.close);
  return environment;
}

const cleanups: (() => unknown)[] = [];

/** Runs the cleanup when the current test has ended; if it throws, the test fails. */
export function afterTest(cleanup: () => unknown): void {
  cleanups.push(cleanup);
}

afterEach(async () => {
  const results = await Promise.allSettled(cleanups.splice(0).map(async (cleanup) => cleanup()));
  for (const result of results) if (result.status === "rejected") throw result.reason;
});
