/**
 * Stryker plugin: Jest, but each mutant first runs the test file of the mutated file, and the other files that reach the
 * mutant only if that passes. Writes the names of all tests next to the mutated code, for all processes of the run.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { strykerPlugins as jestPlugins } from "@stryker-mutator/jest-runner";

interface Settings {
  /** The mutated file: without `testFiles`, Jest runs the tests that import it. */
  fileNamesUnderTest?: string[];
  testFiles?: string[];
  testNamePattern?: string;
  /** Only in the first run, which has no mutant and runs all tests. */
  testLocationInResults?: boolean;
}
interface TestFile {
  testFilePath: string;
  testResults: { fullName: string }[];
}
interface JestRunner {
  jestTestAdapter: { run(settings: Settings): Promise<{ results: { success: boolean; testResults: TestFile[] } }> };
  mutantRun(options: { testFilter?: string[] }): Promise<unknown>;
}
type CreateRunner = ((...injected: unknown[]) => JestRunner) & { inject: unknown };

const [jestPlugin] = jestPlugins;
const createJestRunner = jestPlugin?.factory as unknown as CreateRunner;

export const strykerPlugins = [{ ...jestPlugin, name: "own-test-first", factory: createRunner }];

const FILE_OF_TEST = "test-files.json";

createRunner.inject = createJestRunner.inject;
function createRunner(...injected: unknown[]) {
  const runner = createJestRunner(...injected);
  const { jestTestAdapter } = runner; // private, but nothing else lets a plugin choose the test files of a mutant
  const run = jestTestAdapter.run.bind(jestTestAdapter);
  const mutantRun = runner.mutantRun.bind(runner);
  let reaching: string[] | undefined;

  runner.mutantRun = (options) => {
    reaching = filesOf(options.testFilter);
    return mutantRun(options);
  };
  jestTestAdapter.run = async (settings) => {
    if (settings.testLocationInResults) {
      const { results } = await run({ ...settings, fileNamesUnderTest: undefined });
      writeFileSync(FILE_OF_TEST, JSON.stringify(Object.fromEntries(results.testResults.flatMap(namesOf))));
      return { results };
    }
    const own = ownTestOf(settings.fileNamesUnderTest?.[0]);
    // The whole file, because only tests that run in Jest's process count as reaching a mutant.
    const first = own && (await run({ ...settings, testFiles: [own], testNamePattern: undefined }));
    return first && !first.results.success ? first : run({ ...settings, testFiles: reaching });
  };
  return runner;
}

function namesOf({ testFilePath, testResults }: TestFile) {
  return testResults.map(({ fullName }) => [fullName, testFilePath]);
}

function filesOf(tests: string[] | undefined): string[] | undefined {
  const fileOf = JSON.parse(readFileSync(FILE_OF_TEST, "utf8"));
  return tests && [...new Set(tests.map((name) => fileOf[name]))];
}

function ownTestOf(file = ""): string | undefined {
  const test = file.replace(/\/(lambda|lib)\//, "/test/$1/").replace(/\.ts$/, ".test.ts");
  return existsSync(test) ? test : undefined;
}
