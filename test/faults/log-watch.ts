/** Edge (stdout): what the function prints, kept from the terminal, by request, and searched for secrets. */

/** The log line of a request, as JSON has it. */
export type PrintedLine = Record<string, unknown> & { requestId?: string; level?: string; code?: string };

/** A watch that goes on until `stop()`. */
export interface LogWatch {
  /** The lines of one request, which are then forgotten. */
  take(requestId: string): PrintedLine[];
  /** Searches a text that left the function in another way, e.g. the body of an error. */
  search(text: string): void;
  /** Every line or text that had something secret in it, and every line that is no JSON. */
  readonly leaks: string[];
  stop(): void;
}

/** Keys, subjects, names and bodies of the experiments hold one of these words, and so does every token. */
const SECRET = /sentinel|local-token-|failing on demand/i;

/** Begins to watch standard output and standard error of this process. */
export const watchLog = (): LogWatch => {
  const streams = [process.stdout, process.stderr];
  const writes = streams.map((stream) => stream.write);
  const lines = new Map<string, PrintedLine[]>();
  const leaks: string[] = [];

  const search = (text: string) => {
    if (SECRET.test(text)) leaks.push(text);
  };
  const keep = (text: string) => {
    search(text);
    const line = parse(text);
    if (!line) leaks.push(text);
    else if (!line._aws) lines.set(line.requestId ?? "", [...(lines.get(line.requestId ?? "") ?? []), line]);
  };
  for (const stream of streams) {
    stream.write = (chunk: Uint8Array | string) => {
      for (const text of String(chunk).split("\n")) if (text !== "") keep(text);
      return true;
    };
  }
  return {
    take: (requestId) => {
      const taken = lines.get(requestId) ?? [];
      lines.delete(requestId);
      return taken;
    },
    search,
    leaks,
    stop: () => {
      for (const [i, stream] of streams.entries()) stream.write = writes[i] as typeof stream.write;
    },
  };
};

const parse = (text: string): PrintedLine | undefined => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
