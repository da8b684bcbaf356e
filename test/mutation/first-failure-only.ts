/** Jest environment: skips the tests of a file after the first failure, and notes the mutants that loading the file reaches (file). */
import { appendFileSync } from "node:fs";
import type { EnvironmentContext, JestEnvironmentConfig } from "@jest/environment";
import type { Circus } from "@jest/types";
import { TestEnvironment } from "jest-environment-node";

/** Lines of `[file, mutants]`: which test file evaluates which mutants outside of tests. Only the first run writes it. */
export const LOADED_MUTANTS = "loaded-mutants.jsonl";

type Hits = Record<string, number>;

let before: Hits = {};

export default class FirstFailureOnly extends TestEnvironment {
  private readonly testFile: string;
  private hasFailed = false;

  constructor(config: JestEnvironmentConfig, context: EnvironmentContext) {
    super(config, context);
    this.testFile = context.testPath;
  }

  handleTestEvent = async (event: Circus.AsyncEvent): Promise<void> => {
    if (event.name === "test_done" && event.test.errors.length > 0) this.hasFailed = true;
    if (event.name === "test_start" && this.hasFailed) event.test.mode = "skip";
  };

  override async teardown(): Promise<void> {
    const { __stryker__ } = this.global as { __stryker__?: { mutantCoverage?: { static: Hits } } };
    const hits = __stryker__?.mutantCoverage?.static;
    if (hits && process.env.__STRYKER_ACTIVE_MUTANT__ === undefined) {
      const loaded = Object.keys(hits).filter((id) => hits[id] !== before[id]);
      appendFileSync(LOADED_MUTANTS, `${JSON.stringify([this.testFile, loaded])}\n`);
      before = { ...hits };
    }
    await super.teardown();
  }
}
