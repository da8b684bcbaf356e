/** Parses the command line of `npm run bench`. Pure. */
import { parseArgs } from "node:util";
import { UsageError } from "./run.ts";

/** What to measure. */
export interface Options {
  /** Exit with 1 when a threshold is missed. */
  check: boolean;
  /** Only the function and the minimum, without a CPU quota. */
  short: boolean;
  load: boolean;
  /** Options for Node, for every variant, e.g. `["--expose-gc", "--max-semi-space-size=8"]`. */
  nodeFlags: string[];
}

const USAGE = `npm run bench -- [--check] [--short] [--node-flags "FLAGS"]
npm run bench -- --load [--node-flags "FLAGS"]

--check         exits 1 when a threshold is missed
--short         only the function and the minimum, CPU only; takes half a minute
--load          one instance: 1 to 64 concurrent requests, then 100,000 requests in one process
--node-flags    options for Node, for every variant, e.g. "--expose-gc --max-semi-space-size=8"

See docs/performance.md.`;

/** @throws UsageError with the usage when the command line has an unknown option. */
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

/** `parseArgs` accepts a value that begins with a dash only in the form `--name=value`. */
function joinNodeFlags(args: string[]): string[] {
  const at = args.indexOf("--node-flags");
  return at < 0 || at === args.length - 1 ? args : args.toSpliced(at, 2, `--node-flags=${args[at + 1]}`);
}
