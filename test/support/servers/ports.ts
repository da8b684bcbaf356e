/** Ports in a row, as `npm start` takes them. */
import { randomInt } from "node:crypto";
import { startServer } from "../../../local/http/server.ts";

/** Finds six free ports in a row, from a range that systems do not assign by themselves; gives the first. */
export async function findSixPorts(): Promise<number> {
  const first = randomInt(1_400, 5_300) * 6;
  const attempts = await Promise.allSettled(
    [0, 1, 2, 3, 4, 5].map((offset) => startServer({ port: first + offset, listener: () => {} })),
  );
  await Promise.all(attempts.map((attempt) => attempt.status === "fulfilled" && attempt.value.close()));
  return attempts.every(({ status }) => status === "fulfilled") ? first : findSixPorts();
}
