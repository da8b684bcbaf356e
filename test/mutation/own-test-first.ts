/**
 * Stryker plugin: Jest, but a mutant is first tested by the test file of the mutated file, and then by each other file that
 * reaches it, the fastest first, until one finds it. Notes what reaches what next to the mutated code, for all processes of a run.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { strykerPlugins as jestPlugins } from "@stryker-mutator/jest-runner";
import { LOADED_MUTANTS } from "./first-failure-only.ts";

interface Settings {
  /** The mutated file. */
  fileNamesUnderTest?: string[];
  testFiles?: string[];
  testNamePattern?: string;
  /** Only in the first run, which has no mutant and runs all tests. */
  testLocationInResults?: boolean;
}
interface TestFile {
  testFilePath: string;
  testResults: { fullName: string }[];
  perfStats: { runtime: number };
}
interface JestRunner {
  jestTestAdapter: { run(settings: Settings): Promise<{ results: { success: boolean; testResults: TestFile[] } }> };
  mutantRun(mutant: Mutant): Promise<unknown>;
}
interface Mutant {
  activeMutant: { id: string };
  /** The tests that reach the mutant, unless loading a file does. */
  testFilter?: string[];
}
type CreateRunner = ((...injected: unknown[]) => JestRunner) & { inject: unknown };

const [jestPlugin] = jestPlugins;
const createJestRunner = jestPlugin?.factory as unknown as CreateRunner;

export const strykerPlugins = [{ ...jestPlugin, name: "own-test-first", factory: createRunner }];

const TEST_FILES = "test-files.json";

createRunner.inject = createJestRunner.inject;
function createRunner(...injected: unknown[]) {
  const runner = createJestRunner(...injected);
  const { jestTestAdapter } = runner; // private, but nothing else lets a plugin choose the test files of a mutant
  const run = jestTestAdapter.run.bind(jestTestAdapter);
  const mutantRun = runner.mutantRun.bind(runner);
  let reaching: string[] = [];

  runner.mutantRun = (mutant) => {
    reaching = filesReaching(mutant);
    return mutantRun(mutant);
  };
  jestTestAdapter.run = async (settings) => {
    if (settings.testLocationInResults) {
      const first = await run({ ...settings, fileNamesUnderTest: undefined });
      writeFileSync(TEST_FILES, JSON.stringify(first.results.testResults.map(toEntry)));
      return first;
    }
    const own = ownTestOf(settings.fileNamesUnderTest?.[0]);
    // The whole file, because only tests that run in Jest's process count as reaching a mutant.
    let last = own ? await run({ ...settings, testFiles: [own], testNamePattern: undefined }) : undefined;
    for (const file of reaching) {
      if (last?.results.success === false) break;
      if (file !== own) last = await run({ ...settings, testFiles: [file] });
    }
    return last ?? run(settings);
  };
  return runner;
}

function toEntry({ testFilePath: file, testResults, perfStats: { runtime } }: TestFile) {
  return { file, runtime, names: testResults.map(({ fullName }) => fullName) };
}

function filesReaching({ activeMutant: { id }, testFilter }: Mutant): string[] {
  const files: ReturnType<typeof toEntry>[] = JSON.parse(readFileSync(TEST_FILES, "utf8"));
  const loads = readFileSync(LOADED_MUTANTS, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const loading = loads.filter(([, mutants]) => mutants.includes(id)).map(([file]) => file);
  return files
    .filter(({ file, names }) =>
      testFilter ? names.some((name) => testFilter.includes(name)) : loading.includes(file),
    )
    .sort((a, b) => a.runtime - b.runtime)
    .map(({ file }) => file);
}

function ownTestOf(file = ""): string | undefined {
  const test = file.replace(/\/(lambda|lib)\//, "/test/$1/").replace(/\.ts$/, ".test.ts");
  return existsSync(test) ? test : undefined;
}
