/** Pure: the command line of `npm run bench` -> what to do. */
import { parseArgs } from "node:util";
import { UsageError } from "./errors.ts";

/** What to do. */
export interface Options {
  /** Whether a missed bar is a failure. */
  check: boolean;
  /** Function and minimum alone, CPU without a quota. */
  short: boolean;
  load: boolean;
  /** For the Node of every variant, e.g. `["--expose-gc", "--max-semi-space-size=8"]`. */
  nodeFlags: string[];
}

const USAGE = `npm run bench -- [--check] [--short] [--node-flags "FLAGS"]
npm run bench -- --load [--node-flags "FLAGS"]

--check         exits 1 when a bar is missed
--short         function and minimum alone, CPU alone: half a minute
--load          one instance, 1 to 64 requests at once, and 100,000 in one process
--node-flags    flags for the Node of every variant, e.g. "--expose-gc --max-semi-space-size=8"

bench/README.md says more.`;

/** @throws UsageError for what it does not know, with all that it knows. */
export function parseOptions(args: string[]): Options {
  const flag = { type: "boolean", default: false } as const;
  const options = { check: flag, short: flag, load: flag, "node-flags": { type: "string", default: "" } } as const;
  try {
    const { "node-flags": nodeFlags, ...flags } = parseArgs({ args: joinNodeFlags(args), options }).values;
    return { ...flags, nodeFlags: nodeFlags.split(/\s+/).filter(Boolean) };
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${USAGE}`);
  }
}

/** `parseArgs` takes a value that begins with a dash in the form `--name=value` alone. */
function joinNodeFlags(args: string[]): string[] {
  const at = args.indexOf("--node-flags");
  return at < 0 || at === args.length - 1 ? args : args.toSpliced(at, 2, `--node-flags=${args[at + 1]}`);
}
