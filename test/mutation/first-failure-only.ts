/** Jest environment: after the first failed test of a file, the others are skipped, because one is enough to find a mutant. */
import type { Circus } from "@jest/types";
import { TestEnvironment } from "jest-environment-node";

export default class FirstFailureOnly extends TestEnvironment {
  private hasFailed = false;

  handleTestEvent = async (event: Circus.AsyncEvent): Promise<void> => {
    if (event.name === "test_done" && event.test.errors.length > 0) this.hasFailed = true;
    if (event.name === "test_start" && this.hasFailed) event.test.mode = "skip";
  };
}
