import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { TOKEN_PATH } from "../../lambda/contract.ts";
import { STACK } from "../runtime/cdk.ts";
import { tokenEvent } from "../support/events.ts";
import { paste } from "./aws-cli.ts";
import { startDeployedCode } from "./deployed-code.ts";
import { readApi, readBack, readSecret } from "./read-back.ts";
import { API_KEY, call, type Outputs, PAGE, type Stack, startStack } from "./stack.ts";
import { describeWhatWasCreated } from "./what-was-created.ts";

jest.setTimeout(120_000);

/** The tests follow one deployment from its beginning to its end, in their order. */
let stack: Stack;
const outputs: Outputs = {
  TokenEndpointUrl: "",
  ApiKeySecretArn: "",
  ApiId: "",
  FunctionName: "",
  PutApiKeyCommand: "",
  SetApiKeyCommand: "",
};
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack?.close());

async function callAs(claims: Record<string, unknown>) {
  return call(outputs.TokenEndpointUrl, { authorization: `Bearer ${await stack.issuer.sign({ claims })}` });
}

test("cdk bootstrap and cdk deploy succeed, and every output is printed", async () => {
  await stack.cdk(["bootstrap"]);
  const printed = await stack.cdk(["deploy", "--require-approval", "never"]);
  const deployed = await stack.outputs();

  expect(Object.keys(deployed).sort()).toEqual(Object.keys(outputs).sort());
  for (const [name, value] of Object.entries(deployed)) expect(printed).toContain(`${STACK}.${name} = ${value}`);
  Object.assign(outputs, deployed);
});

describeWhatWasCreated(() => ({ stack, outputs }));

test("a second cdk deploy finds nothing to change", async () => {
  expect(await stack.cdk(["deploy", "--require-approval", "never"])).toContain("(no changes)");
});

test("without a JWT, or with a wrong one, no request gets past the API", async () => {
  expect((await call(outputs.TokenEndpointUrl)).status).toBe(401);
  expect((await call(outputs.TokenEndpointUrl, { authorization: "Bearer made.up.jwt" })).status).toBe(401);
  expect((await callAs({ aud: "another-audience" })).status).toBe(401);
});

test("before the key is stored, the deployed endpoint says that it is not set up", async () => {
  const { status, text } = await callAs({ sub: "ada" });

  expect([status, JSON.parse(text).code]).toEqual([500, "SERVICE_MISCONFIGURED"]);
});

test("the printed PutApiKeyCommand stores the key, and the deployed endpoint returns a token", async () => {
  await stack.storeKey(outputs);

  const { status, headers, text } = await callAs({ sub: "grace", name: "Grace" });
  expect([status, headers["cache-control"]]).toEqual([200, "no-store"]);
  expect(JSON.parse(text)).toEqual({ authToken: expect.stringMatching(/^local-token-/) });
  expect(stack.mindset.users.get("grace")).toMatchObject({ externalId: "grace", name: "Grace" });
});

test("npm run doctor finds nothing wrong with the preflight, the issuer, the token and the endpoint", async () => {
  const [apiId] = new URL(outputs.TokenEndpointUrl).host.split(".");
  const url = `${stack.emulator.url}/_aws/execute-api/${apiId}/$default${TOKEN_PATH}`; // a name that resolves
  const line = `NODE_EXTRA_CA_CERTS='${stack.certificateFile}' node bin/doctor.ts --url '${url}' --origin '${PAGE}' --token -`;
  const printed = await paste(stack.emulator, { line, input: await stack.issuer.sign() });

  expect(printed).toContain(`pass    CORS preflight for ${PAGE}\n`);
  expect(printed).toMatch(/^pass {4}signature of the token$/m);
  expect(printed).toMatch(/^pass {4}a Mindset token by POST$/m);
  expect(printed).toContain("Nothing failed.");
});

test("the code that Lambda has reads the same secret under the real runtime client, and gets a token", async () => {
  const instance = await startDeployedCode({ ...stack, functionName: outputs.FunctionName });
  const { result: answer } = await instance.invoke(tokenEvent({ sub: "under-the-runtime-client" }));
  await instance.end("SIGKILL");

  expect(answer).toMatchObject({ statusCode: 200 });
  expect([...stack.mindset.users.keys()]).toContain("under-the-runtime-client");
});

test("an update changes only the requested settings, and keeps the key", async () => {
  await stack.cdk(["deploy", "--require-approval", "never"], { nameClaim: "nickname", "throttle.burstLimit": 40 });
  const { functions, apis } = await readBack(stack.emulator);
  const { stages } = await readApi(stack.emulator, apis[0].ApiId);

  expect(functions[0].Environment.Variables.NAME_CLAIM).toBe("nickname");
  expect(stages[0].DefaultRouteSettings).toMatchObject({ ThrottlingRateLimit: 20, ThrottlingBurstLimit: 40 });
  expect((await readSecret(stack.emulator, outputs.ApiKeySecretArn)).trim()).toBe(API_KEY);
  expect(await stack.outputs()).toEqual(outputs);
});

test("cdk destroy leaves the secret and nothing else", async () => {
  await stack.cdk(["destroy", "--force"]);
  const { apis, functions, alarms, secrets, logGroups } = await readBack(stack.emulator);

  expect([...apis, ...functions, ...alarms, ...logGroups]).toEqual([]);
  expect(secrets).toMatchObject([{ ARN: outputs.ApiKeySecretArn }]);
});
