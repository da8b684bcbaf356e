/** `npm run bench -- --load`: concurrent requests to one instance, and a long run in one process. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Fakes } from "../fakes/environment.ts";
import { tokenEvent } from "../fakes/event.ts";
import { quantile } from "../report/statistics.ts";
import { BenchError, inTime } from "../run.ts";
import type { Variant } from "../variants/build.ts";

const UPSTREAM_MS = 50;
const CONCURRENCIES = [1, 2, 4, 8, 16, 32, 64];
const REQUESTS_PER_LEVEL = 2_000;
const MANY = 100_000;

interface Run {
  latencies: number[];
  seconds: number;
  cpuMs: number;
  heapBefore: number;
  heapAfter: number;
}

/** What to measure. */
export interface LoadPlan {
  variant: Variant;
  fakes: Fakes;
  nodeFlags: string[];
}

/** @returns 1 when later requests cost more than earlier ones, else 0. */
export async function measureLoad({ variant, fakes, nodeFlags }: LoadPlan): Promise<number> {
  const child = fork(join(import.meta.dirname, "load-driver.cjs"), [variant.taskRoot], {
    env: { ...fakes.environmentOf(variant), AWS_LAMBDA_FUNCTION_NAME: "load" },
    execArgv: [...nodeFlags, "--expose-gc"],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const gone = once(child, "exit").then(([code, signal]) => {
    throw new BenchError(`the instance ended under load (${signal ?? `exit code ${code}`})`);
  });
  gone.catch(() => {});
  async function run(requests: number, concurrency: number): Promise<Run> {
    const firstUser = fakes.newUsers(variant, requests);
    child.send({ event: tokenEvent("user"), firstUser, requests, concurrency }, () => {}); // `gone` rejects when the process has ended
    const limit = { limitMs: 30_000 + 10 * requests, orElse: `${requests} requests under load got no answer` };
    const [result] = await inTime(Promise.race([once(child, "message"), gone]), limit);
    return result;
  }
  try {
    await fakes.setUpstreamDelay(UPSTREAM_MS);
    await run(REQUESTS_PER_LEVEL, 64); // warms up
    console.log(`\nOne warm instance, Mindset takes ${UPSTREAM_MS} ms:\n`);
    console.log("| at a time | requests/s | p50 ms | p99 ms | CPU ms per request |\n| --- | --- | --- | --- | --- |");
    for (const concurrency of CONCURRENCIES) {
      const requests = Math.min(REQUESTS_PER_LEVEL, concurrency * 100);
      console.log(toRow(concurrency, requests, await run(requests, concurrency)));
    }
    return report(await run(MANY, 64));
  } finally {
    child.kill();
    await gone.catch(() => {});
  }
}

function toRow(concurrency: number, requests: number, { latencies, seconds, cpuMs }: Run): string {
  const cells = [
    concurrency,
    (requests / seconds).toFixed(0),
    quantile(latencies, 0.5).toFixed(1),
    quantile(latencies, 0.99).toFixed(1),
    (cpuMs / requests).toFixed(3),
  ];
  return `| ${cells.join(" | ")} |`;
}

function report({ latencies, cpuMs, heapBefore, heapAfter }: Run): number {
  const first = quantile(latencies.slice(0, 1_000), 0.99);
  const last = quantile(latencies.slice(-1_000), 0.99);
  const grownMb = (heapAfter - heapBefore) / 1e6;
  const isFlat = grownMb < 1 && last <= first * 1.1;
  console.log(`
${latencies.length} requests in that process, 64 at a time: p99 of the first 1,000 ${first.toFixed(1)} ms, of the last ${last.toFixed(1)} ms;
heap after a collection ${(heapBefore / 1e6).toFixed(2)} MB before, ${(heapAfter / 1e6).toFixed(2)} MB after; CPU ${(cpuMs / latencies.length).toFixed(3)} ms per request: ${isFlat ? "flat" : "NOT FLAT"}`);
  return isFlat ? 0 : 1;
}
