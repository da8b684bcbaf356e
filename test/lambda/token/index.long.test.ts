import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { tokenEvent } from "../../support/events.ts";
import { observe, startTestEnvironment, type TestEnvironment } from "../../support/function.ts";

let environment: TestEnvironment;
beforeAll(async () => {
  environment = await startTestEnvironment();
});
afterAll(() => environment.close());

test.each([
  ["never answers", { silence: true } as const],
  ["begins to answer and never ends", { stalled: true } as const],
])(
  "when Secrets Manager %s, a cold request fails with 503 within 5.5 s, and the next request asks again",
  async (_, trouble) => {
    environment.secretsManager.fail(trouble);
    const before = environment.secretsManager.reads();
    const invoke = await environment.coldStart();
    const start = performance.now();
    const { body } = await observe(invoke, tokenEvent({ sub: "ada" }));
    expect(body).toMatchObject({ code: "SECRET_UNAVAILABLE", retryable: true });
    expect(performance.now() - start).toBeLessThan(5_500);
    expect(environment.secretsManager.reads() - before).toBe("silence" in trouble ? 2 : 1);
    environment.secretsManager.recover();
    expect((await observe(invoke, tokenEvent({ sub: "ada" }))).answer.statusCode).toBe(200);
  },
  10_000,
);
