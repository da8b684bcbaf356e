import { expect, test } from "@jest/globals";
import { API_KEY_PLACEHOLDER } from "../../../lambda/contract.ts";
import { createAsk } from "../ask.ts";
import { KEY, startScenario } from "../scenario.ts";
import { record } from "../size.ts";
import { startClocked } from "./clocked-function.ts";

const NOT_SET = "CONFIG_API_KEY_NOT_SET";
const INVALID = "CONFIG_API_KEY_INVALID";
const LONGEST = "sentinel-".padEnd(512, "k");
const FOUND_WITHIN_MS = 10_000;
const STEP_MS = 100;
const SECOND_MS = 1_000;
/** The emergency stop. */
const STOPPED_WITHIN_MS = 360_000;

test.each<[string, string | Uint8Array | undefined, string]>([
  ["the stack's placeholder", API_KEY_PLACEHOLDER, NOT_SET],
  ["the placeholder in JSON", JSON.stringify({ apiKey: API_KEY_PLACEHOLDER }), NOT_SET],
  ["nothing", "", INVALID],
  ["a newline", "\n", INVALID],
  ["JSON with another field", '{"key":"sentinel"}', INVALID],
  ["JSON with a number", '{"apiKey":42}', INVALID],
  ["JSON that is cut off", '{"apiKey":"sentinel', INVALID],
  ["bytes", Buffer.from("sentinel\xff", "latin1"), INVALID],
  ["non-ASCII", "sentinel-schlüssel", INVALID],
  ["two lines", "sentinel-1\r\nsentinel-2", INVALID],
  ["513 characters", `${LONGEST}k`, INVALID],
  ["no value at all", undefined, "CONFIG_SECRET_NOT_FOUND"],
])(
  "fails with SERVICE_MISCONFIGURED (500) while the secret holds %s, and finds the key afterwards",
  async (holds, value, logCode) => {
    const environment = await startScenario();
    const { mindset, secretsManager, secretName } = environment;
    const ask = createAsk();
    if (value === undefined) secretsManager.fail({ error: "ResourceNotFoundException" });
    else if (typeof value === "string") secretsManager.setSecretString(secretName, value);
    else secretsManager.setSecretBinary(secretName, value);

    const instance = startClocked(environment);
    const { status, body, line } = await ask(instance.invoke);
    expect([status, body.code, line?.code, line?.level]).toEqual([500, "SERVICE_MISCONFIGURED", logCode, "ERROR"]);
    expect(mindset.requests).toEqual([]);

    secretsManager.recover();
    secretsManager.setSecretString(secretName, KEY);
    const storedAt = instance.nowMs;
    while ((await ask(instance.invoke)).status !== 200 && instance.nowMs < storedAt + 2 * FOUND_WITHIN_MS) {
      instance.nowMs += STEP_MS;
    }
    const foundMs = instance.nowMs - storedAt;
    record("The secret holds something else", {
      "the secret holds": holds,
      "the log": `\`${logCode}\`, ${line?.reason}`,
      "found after it is corrected": `${foundMs / 1_000} s`,
    });
    expect(foundMs).toBeLessThanOrEqual(FOUND_WITHIN_MS);
  },
);

test.each<[string, string, string | { error: string }]>([
  ["the placeholder is restored", NOT_SET, API_KEY_PLACEHOLDER],
  ["the secret is emptied", INVALID, ""],
  ["the secret holds something else", INVALID, "two words"],
  ["access is denied", "CONFIG_SECRET_ACCESS", { error: "AccessDeniedException" }],
  ["KMS refuses to decrypt", "CONFIG_SECRET_ACCESS", { error: "DecryptionFailure" }],
  ["the secret is deleted", "CONFIG_SECRET_NOT_FOUND", { error: "ResourceNotFoundException" }],
  ["the secret is scheduled for deletion", "CONFIG_SECRET_NOT_FOUND", { error: "InvalidRequestException" }],
])("a warm instance fails with SERVICE_MISCONFIGURED (500) within 6 minutes after %s", async (what, logCode, holds) => {
  const environment = await startScenario();
  const { mindset, secretsManager, secretName } = environment;
  const ask = createAsk();
  const instance = startClocked(environment);
  expect((await ask(instance.invoke)).status).toBe(200);
  if (typeof holds === "string") secretsManager.setSecretString(secretName, holds);
  else secretsManager.fail(holds);

  const changedAt = instance.nowMs;
  let served = 0;
  for (; (await ask(instance.invoke)).status === 200; instance.nowMs += SECOND_MS) served += 1;
  const servedMs = instance.nowMs - changedAt;
  const { body, line } = await ask(instance.invoke);
  expect([body.code, line?.code, line?.level]).toEqual(["SERVICE_MISCONFIGURED", logCode, "ERROR"]);
  expect(mindset.requests).toHaveLength(1 + served);
  record("A warm instance, and the secret is taken away", {
    what,
    "the log": `\`${logCode}\``,
    "served for": `${servedMs / SECOND_MS} s`,
  });
  expect(servedMs).toBeLessThanOrEqual(STOPPED_WITHIN_MS);
});

test.each([
  ["512 characters", LONGEST],
  ["the key and a newline", `${KEY}\n`],
  ["the key after a byte order mark", `\uFEFF${KEY}`],
  ["JSON after a byte order mark", `\uFEFF${JSON.stringify({ apiKey: KEY })}`],
  ["JSON with the key", JSON.stringify({ apiKey: KEY })],
])("serves when the secret holds %s", async (_, value) => {
  const environment = await startScenario();
  environment.mindset.setApiKeys([KEY, LONGEST]);
  environment.secretsManager.setSecretString(environment.secretName, value);
  expect((await createAsk()(await environment.coldStart())).status).toBe(200);
});
