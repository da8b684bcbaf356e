/** Edge (processes): starts an instance of the function in a separate process, asks it, and freezes it as Lambda does. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { tokenEvent } from "../../support/events.ts";
import type { Answer } from "../../support/function.ts";
import type { Answered, Order } from "./instance-child.ts";

/** A running instance. */
export interface InstanceProcess {
  /** Asks for a token; its owner is the subject. */
  ask(subject: string): Promise<Answer>;
  /** Sets its clock this far ahead. */
  setAhead(ms: number): void;
  /** Stops the process where it is. */
  freeze(): void;
  /** Lets it go on. */
  thaw(): void;
  /** Ends it, if it runs. @returns the lines of its log. */
  close(): Promise<string[]>;
}

/** A cold start, with the variables of this process. */
export function startInstanceProcess(): InstanceProcess {
  const child = fork(join(import.meta.dirname, "instance-child.ts"), { silent: true, env: process.env });
  const output = Promise.all([child.stdout, child.stderr].map((stream) => (stream ? text(stream) : "")));
  const waiting = new Map<number, (answer: Answer) => void>();
  function tell(order: Order) {
    return void child.send(order);
  }
  const exited = once(child, "exit");
  let asked = 0;
  child.on("message", ({ id, answer }: Answered) => {
    waiting.get(id)?.(answer);
    waiting.delete(id);
  });
  return {
    ask: (subject) => {
      asked += 1;
      const id = asked;
      const answer = new Promise<Answer>((resolve) => waiting.set(id, resolve));
      const event = tokenEvent({ sub: subject, name: "Sentinel Name" }, { requestId: `request-${id}` });
      tell({ id, event });
      const gone = exited.then(([code, signal]) => Promise.reject(new Error(`the instance ended (${code ?? signal})`)));
      return Promise.race([answer, gone]);
    },
    setAhead: (aheadMs) => tell({ aheadMs }),
    freeze: () => void child.kill("SIGSTOP"),
    thaw: () => void child.kill("SIGCONT"),
    close: async () => {
      child.kill("SIGKILL"); // SIGTERM would wait until the process is thawed
      await exited;
      return (await output).flatMap((lines) => lines.split("\n")).filter(Boolean);
    },
  };
}
