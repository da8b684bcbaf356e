/** Captures what this process writes to its standard streams, and keeps it off the terminal. */

/** A capture that lasts until `restore()`. */
export interface Output {
  /** Everything written so far, by line. */
  lines(): string[];
  restore(): void;
}

/** Starts to capture standard output and standard error. */
export function captureOutput(): Output {
  const streams = [process.stdout, process.stderr];
  const writes = streams.map((stream) => stream.write);
  let text = "";
  for (const stream of streams) {
    stream.write = (chunk: Uint8Array | string) => {
      text += String(chunk);
      return true;
    };
  }
  return {
    lines: () => text.split("\n").filter((line) => line !== ""),
    restore: () => {
      streams.forEach((stream, i) => {
        stream.write = writes[i] as typeof stream.write;
      });
    },
  };
}
