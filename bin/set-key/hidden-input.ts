/** Reads a secret from a pipe, or from the terminal without showing it. */
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";
import type { ReadStream } from "node:tty";
import { SetKeyError } from "./settings.ts";

/**
 * At a terminal it asks, and shows nothing of what is typed or pasted; from a pipe it reads everything.
 *
 * @param prompt e.g. `"New key (not shown): "`.
 * @throws SetKeyError when the operator cancels (Ctrl-C, Ctrl-D).
 */
export async function readHidden(stdin: ReadStream, prompt: string): Promise<string> {
  if (!stdin.isTTY) return text(stdin);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: silent, terminal: true });
  const canceled = new Promise<never>((_resolve, reject) => {
    lines.once("close", () => reject(new SetKeyError("Canceled. Nothing was stored.")));
  });
  process.stdout.write(prompt);
  try {
    return await Promise.race([lines.question(""), canceled]);
  } finally {
    process.stdout.write("\n");
    canceled.catch(() => {});
    lines.close();
  }
}
