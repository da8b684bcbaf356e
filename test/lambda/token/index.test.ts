import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { startMindset } from "../../../local/mindset/server.ts";
import { tokenEvent } from "../../support/events.ts";
import { observe, startTestEnvironment, type TestEnvironment } from "../../support/function.ts";
import { captureOutput } from "../../support/output.ts";
import { createCertificate, trust } from "../../support/servers/tls.ts";
import { until } from "../../support/until.ts";

let environment: TestEnvironment;
beforeAll(async () => {
  environment = await startTestEnvironment();
});
afterAll(() => environment.close());
afterEach(() => environment.secretsManager.recover());

test("a cold start reads the key before the first event, and the first requests share that read", async () => {
  const before = environment.secretsManager.reads();
  const invoke = await environment.coldStart();
  await until(() => environment.secretsManager.reads() === before + 1);
  const output = captureOutput();
  const answers = await Promise.all(Array.from({ length: 20 }, () => invoke(tokenEvent({ sub: "ada" }))));
  output.restore();
  expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([200]));
  expect(environment.secretsManager.reads()).toBe(before + 1);
});

test("after a cold start while Secrets Manager is down, requests succeed once it is back", async () => {
  environment.secretsManager.fail({ error: "InternalServiceError", status: 500 });
  const invoke = await environment.coldStart();
  expect((await observe(invoke, tokenEvent({ sub: "ada" }))).answer.statusCode).toBe(503);
  environment.secretsManager.recover();
  expect((await observe(invoke, tokenEvent({ sub: "ada" }))).answer.statusCode).toBe(200);
});

test("when Mindset rejects the key, the request is repeated with the one that Secrets Manager now has", async () => {
  const invoke = await environment.coldStart();
  environment.mindset.setApiKeys(["new-key"]);
  environment.secretsManager.setSecretString(environment.secretName, "new-key");
  expect((await observe(invoke, tokenEvent({ sub: "ada" }))).answer.statusCode).toBe(200);
  environment.mindset.setApiKeys(["test-key"]);
  environment.secretsManager.setSecretString(environment.secretName, "test-key");
});

test("Mindset is called over TLS, on a connection that was open before the first event", async () => {
  const tls = await createCertificate();
  trust(tls.cert);
  const mindset = await startMindset({ port: 0, tls, appUid: "test-app", apiKeys: ["test-key"] });
  const invoke = await environment.coldStart({ MINDSET_API_HOST: `localhost:${mindset.port}` });
  const { body } = await observe(invoke, tokenEvent({ sub: "ada" }));
  expect(mindset.tokens.get(body.authToken)).toBe("ada");
  await mindset.close();
});
