/** Stryker plugin: Jest, but a mutant that the test file of the mutated file finds runs no other test. */
import { existsSync } from "node:fs";
import { strykerPlugins as jestPlugins } from "@stryker-mutator/jest-runner";

interface Settings {
  /** The mutated file; Jest finds the tests that import it, but not those that import it by a computed name. */
  fileNamesUnderTest?: string[];
  /** Given, Jest runs only these. */
  testFiles?: string[];
  /** All tests that reached the mutant. */
  testNamePattern?: string;
  /** Only in the first run, which has no mutant. */
  testLocationInResults?: boolean;
}
interface JestAdapter {
  run(settings: Settings): Promise<{ results: { success: boolean } }>;
}
type CreateRunner = ((...injected: unknown[]) => { jestTestAdapter: JestAdapter }) & { inject: unknown };

const [jestPlugin] = jestPlugins;
const createJestRunner = jestPlugin?.factory as unknown as CreateRunner;

export const strykerPlugins = [{ ...jestPlugin, name: "own-test-first", factory: createRunner }];

createRunner.inject = createJestRunner.inject;
function createRunner(...injected: unknown[]) {
  const runner = createJestRunner(...injected);
  // Private, but the only place where a plugin can choose the test files of a mutant.
  const { jestTestAdapter } = runner;
  const run = jestTestAdapter.run.bind(jestTestAdapter);
  jestTestAdapter.run = async (settings) => {
    if (settings.testLocationInResults) return run({ ...settings, fileNamesUnderTest: undefined });
    const ownTest = ownTestOf(settings.fileNamesUnderTest?.[0]);
    // The whole file, because only tests of this process count as having reached a mutant.
    const own = ownTest && (await run({ ...settings, testFiles: [ownTest], testNamePattern: undefined }));
    return own && !own.results.success ? own : run(settings);
  };
  return runner;
}

function ownTestOf(file = ""): string | undefined {
  const test = file.replace(/\/(lambda|lib)\//, "/test/$1/").replace(/\.ts$/, ".test.ts");
  return existsSync(test) ? test : undefined;
}
