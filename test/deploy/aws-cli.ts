/** Edge (processes): the AWS CLI, and commands as a reader pastes them, against the emulated AWS. */
import { spawn } from "node:child_process";
import type { Emulator } from "./emulator.ts";

/** A command of the AWS CLI; gives the JSON that it prints. */
export async function aws(emulator: Emulator, ...args: string[]) {
  return JSON.parse(await paste(emulator, { line: ["aws", ...args, "--output", "json"].map(quote).join(" ") }));
}

/** A line for a shell. */
export interface Paste {
  line: string;
  /** What is typed while it runs, e.g. the API key. @default "" */
  input?: string;
}

/**
 * Runs a line in a shell.
 *
 * @throws Error with what it printed when it fails.
 */
export function paste(emulator: Emulator, { line, input = "" }: Paste): Promise<string> {
  return new Promise((resolve, reject) => {
    // Through `cat`, because what Node gives a child as its standard input is a socket, and /dev/stdin cannot open those.
    const child = spawn("bash", ["-o", "pipefail", "-c", `cat | ${line}`], { env: emulator.environment });
    const output = { out: "", err: "" };
    child.stdout.on("data", (chunk) => {
      output.out += chunk;
    });
    child.stderr.on("data", (chunk) => {
      output.err += chunk;
    });
    child.on("close", (code) =>
      code === 0 ? resolve(output.out) : reject(new Error(`${line}\n${output.out}${output.err}`)),
    );
    child.stdin.end(input);
  });
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
