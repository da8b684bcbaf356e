/** Edge (terminal): asks for something that must not be seen, or reads it from a pipe. */
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";
import type { ReadStream } from "node:tty";
import { SetKeyError } from "./error.ts";

/**
 * Reads a secret. At a terminal it asks, and shows nothing of what is typed or pasted; from a pipe it reads everything.
 *
 * @param prompt e.g. `"New key (not shown): "`.
 * @throws SetKeyError when the operator gives up (Ctrl-C, Ctrl-D).
 */
export async function readHidden(stdin: ReadStream, prompt: string): Promise<string> {
  if (!stdin.isTTY) return text(stdin);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: nowhere, terminal: true });
  const givenUp = new Promise<never>((_resolve, reject) => {
    lines.once("close", () => reject(new SetKeyError("No key was given; nothing was stored.")));
  });
  process.stdout.write(prompt);
  try {
    return await Promise.race([lines.question(""), givenUp]);
  } finally {
    process.stdout.write("\n");
    givenUp.catch(() => {});
    lines.close();
  }
}
