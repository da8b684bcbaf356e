import { expect, test } from "@jest/globals";
import type { SecretsManagerFault } from "../../../local/secrets-manager/server.ts";
import type { TestEnvironment } from "../../support/function.ts";
import { createAsk } from "../ask.ts";
import { startScenario } from "../scenario.ts";
import { isFull, pick, record, toAlternatives, toMs } from "../size.ts";

interface Outage {
  what: string;
  begin(environment: TestEnvironment): unknown;
  end?(environment: TestEnvironment): unknown;
}

function failing(what: string, trouble: SecretsManagerFault): Outage {
  return { what, begin: ({ secretsManager }) => secretsManager.fail(trouble) };
}

const OUTAGES: Outage[] = [
  failing("is down (500)", { error: "InternalServiceError", status: 500 }),
  failing("throttles every call", { error: "ThrottlingException" }),
  {
    what: "refuses connections",
    begin: ({ secretsManager }) => secretsManager.close(),
    end: ({ secretsManager }) => secretsManager.reopen(),
  },
  ...(isFull ? [failing("never answers", { silence: true })] : []),
];

test.each(OUTAGES)(
  "a cold instance fails with SECRET_UNAVAILABLE (503) within 5.5 s, and works as soon as Secrets Manager does: it $what",
  async ({ what, begin, end }) => {
    const environment = await startScenario();
    const ask = createAsk();
    const answers: string[] = [];
    let slowestMs = 0;
    for (let run = 0; run < pick({ quick: 1, full: 3 }); run++) {
      await begin(environment);
      const began = performance.now();
      const invoke = await environment.coldStart();
      const { status, body, line, retryAfter } = await ask(invoke);
      slowestMs = Math.max(slowestMs, performance.now() - began);
      answers.push(`${status} \`${body.code}\`, log \`${line?.code}\`, retry-after ${retryAfter}`);
      environment.secretsManager.recover();
      await end?.(environment);
      expect((await ask(invoke)).status).toBe(200);
    }
    record("Secrets Manager fails, cold instance", {
      "Secrets Manager": what,
      answer: toAlternatives(answers),
      "slowest, from the cold start": toMs(slowestMs),
    });
    expect(toAlternatives(answers)).toBe("503 `SECRET_UNAVAILABLE`, log `SECRET_UNAVAILABLE`, retry-after 5");
    expect(slowestMs).toBeLessThanOrEqual(5_500);
  },
);

test("100 cold requests at the same time share one read of the secret", async () => {
  const { coldStart, secretsManager } = await startScenario();
  const ask = createAsk();
  const invoke = await coldStart();
  const calls = await Promise.all(Array.from({ length: 100 }, () => ask(invoke)));
  record("100 cold requests at the same time", { "reads of the secret": secretsManager.reads() });
  expect(calls.filter(({ status }) => status !== 200)).toEqual([]);
  expect(secretsManager.reads()).toBe(1);
});
