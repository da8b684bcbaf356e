/** Edge (stdout): what the function prints, kept from the terminal, by request, and searched for secrets. */
import type { Answer } from "../support/function.ts";

/** The log line of a request, as JSON has it. */
export type PrintedLine = Record<string, unknown> & { requestId?: string; level?: string; code?: string };

/** A watch that goes on until `stop()`. */
export interface LogWatch {
  /** The lines of one request, which are then forgotten. */
  take(requestId: string): PrintedLine[];
  /** Searches an answer, headers and body. */
  search(answer: Answer): void;
  /** Every line or answer that contained a secret, and every line that is not JSON. */
  readonly leaks: string[];
  stop(): void;
}

/** Keys, subjects, names and bodies of the scenarios hold one of these words, and so does every token. */
const SECRET = /sentinel|local-token-|failing on demand/i;

/** True for a line that has something secret in it. */
export function holdsSecret(line: string): boolean {
  return SECRET.test(line);
}

/** True for an answer that has something secret in its headers or body; the token of a success may be there. */
export function answersSecret({ statusCode, headers, body }: Answer): boolean {
  const { authToken, ...others } = Object(JSON.parse(body));
  return holdsSecret(JSON.stringify([headers, others, statusCode === 200 ? "" : authToken]));
}

/** Begins to watch standard output and standard error of this process. */
export function watchLog(): LogWatch {
  const streams = [process.stdout, process.stderr];
  const writes = streams.map((stream) => stream.write);
  const lines = new Map<string, PrintedLine[]>();
  const leaks: string[] = [];

  function keep(text: string) {
    const line = parse(text);
    if (!line || holdsSecret(text)) leaks.push(text);
    if (line && !line._aws) lines.set(line.requestId ?? "", [...(lines.get(line.requestId ?? "") ?? []), line]);
  }
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
    search: (answer) => {
      if (answersSecret(answer)) leaks.push(JSON.stringify(answer));
    },
    leaks,
    stop: () => {
      for (const [i, stream] of streams.entries()) stream.write = writes[i] as typeof stream.write;
    },
  };
}

function parse(text: string): PrintedLine | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
