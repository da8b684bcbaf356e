/** Ports in a row, as `npm start` takes them. */
import { randomInt } from "node:crypto";
import { startServer } from "../../local/http/server.ts";

/** Finds five free ports in a row, from a range that systems do not hand out by themselves; gives the first. */
export async function findFivePorts(): Promise<number> {
  const first = randomInt(1_600, 6_400) * 5;
  const attempts = await Promise.allSettled(
    [0, 1, 2, 3, 4].map((offset) => startServer({ port: first + offset, listener: () => {} })),
  );
  await Promise.all(attempts.map((attempt) => attempt.status === "fulfilled" && attempt.value.close()));
  return attempts.every(({ status }) => status === "fulfilled") ? first : findFivePorts();
}
