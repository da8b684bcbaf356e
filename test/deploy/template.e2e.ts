import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { root } from "../runtime/cdk.ts";
import { aws, paste } from "./aws-cli.ts";
import { startDeployedCode } from "./deployed-code.ts";
import { readBack } from "./read-back.ts";
import { call, PAGE, type Stack, startStack } from "./stack.ts";

jest.setTimeout(120_000);

const BUCKET = "your-templates";

let stack: Stack;
let values: Record<string, string>;
let command: string;
beforeAll(async () => {
  command = await writeTemplate();
  stack = await startStack();
  values = {
    ApiHost: stack.mindset.url,
    AppUid: "test-app",
    Issuer: stack.issuer.issuer,
    Audience: "other-audience,test-audience",
  };
  await paste(stack.emulator, { line: `aws s3 mb s3://${BUCKET}` });
});
afterAll(() => stack?.close());

/** `npm run template`; gives the command that it prints. */
async function writeTemplate(...options: string[]): Promise<string> {
  const context = ["mindset.allowAnyApiHost=true", ...options].flatMap((option) => ["-c", option]);
  const { stdout } = await promisify(execFile)(process.execPath, ["bin/template.ts", ...context], { cwd: root });
  return /^aws cloudformation deploy (?:.*\\\n)*.*$/m.exec(stdout)?.[0] ?? stdout;
}

/** The printed command, with the values that its reader fills in. */
function deploy(command: string, changes: Record<string, string> = {}): Promise<string> {
  const filledIn = { ...values, ...changes };
  const line = command
    .replace("YOUR_BUCKET", BUCKET)
    .replace(/(\w+)=\.\.\./g, (_, name) => `${name}='${filledIn[name]}'`);
  return paste(stack.emulator, { line });
}

test("the printed command creates a stack that issues tokens, without cdk bootstrap", async () => {
  await deploy(`${command} AllowedOrigins=${PAGE}`);
  const outputs = await stack.outputs();
  await stack.storeKey(outputs);

  const authorization = `Bearer ${await stack.issuer.sign({ claims: { sub: "grace" } })}`;
  const { status, text } = await call(outputs.TokenEndpointUrl, { authorization });
  expect([status, JSON.parse(text)]).toEqual([200, { authToken: expect.stringMatching(/^local-token-/) }]);
  expect([...stack.mindset.users.keys()]).toContain("grace");
  expect((await call(outputs.TokenEndpointUrl)).status).toBe(401);
});

test("parameters are where the settings would be, and optional ones without a value are absent", async () => {
  const { apis, alarms } = await readBack(stack.emulator);
  const { Items } = await aws(stack.emulator, "apigatewayv2", "get-authorizers", "--api-id", apis[0].ApiId);

  expect(apis).toMatchObject([{ Name: "MindsetTokenEndpoint", CorsConfiguration: { AllowOrigins: [PAGE] } }]);
  expect(Items).toMatchObject([
    { JwtConfiguration: { Issuer: stack.issuer.issuer, Audience: ["other-audience", "test-audience"] } },
  ]);
  expect(alarms.length).toBeGreaterThan(0);
  expect(alarms.flatMap(({ AlarmActions }: { AlarmActions?: string[] }) => AlarmActions ?? [])).toEqual([]);
});

test.each([
  ["Issuer", "https://login.microsoftonline.com/common/v2.0", "must be the https URL"],
  ["Audience", "test-audience,*", "must be audiences of your own"],
  ["AppUid", "your-app-uid", "must be the uid of your application"],
  ["ApiHost", "https://a.api.mindset.ai", "must be a host in lower case"],
])("fails if the parameter %s is %s, and says what it must be", async (name, value, problem) => {
  await expect(deploy(command, { [name]: value })).rejects.toThrow(`Parameter '${name}' ${problem}`);
});

test("fails if an optional list has an empty item", async () => {
  await expect(deploy(`${command} Scopes=mindset:token,`)).rejects.toThrow("Parameter 'Scopes' must be scopes");
  await expect(deploy(`${command} AllowedOrigins=${PAGE},,${PAGE}`)).rejects.toThrow("Parameter 'AllowedOrigins' must");
});

test("a template for oidc also has the code of the authorizer, which verifies a JWT", async () => {
  const oidc = await writeTemplate("mindset.signIn.type=oidc");
  await deploy(oidc.replace("--stack-name MindsetTokenEndpoint", "--stack-name Oidc"));
  const { functions } = await readBack(stack.emulator);
  const authorizer = functions.find(({ FunctionName }: { FunctionName: string }) =>
    FunctionName.startsWith("Oidc-Auth"),
  );
  const instance = await startDeployedCode({ ...stack, functionName: authorizer.FunctionName });
  async function authorize(token: string) {
    const headers = { authorization: `Bearer ${token}` };
    return (await instance.invoke({ version: "2.0", type: "REQUEST", headers, requestContext: {} })).result;
  }

  expect(await authorize(await stack.issuer.sign({ claims: { sub: "ada", name: "Ada" } }))).toEqual({
    isAuthorized: true,
    context: { sub: "ada", name: "Ada" },
  });
  await expect(authorize(await stack.issuer.sign({ claims: { aud: "a-third-audience" } }))).rejects.toThrow(
    "Unauthorized",
  );
  await instance.end("SIGKILL");
});

test("cdk deploy can take over the stack: it keeps the API, the function and the secret", async () => {
  const before = await stack.outputs();
  await stack.cdk(["bootstrap"]);
  await stack.cdk(["deploy", "--require-approval", "never"]);

  expect(await stack.outputs()).toMatchObject(before);
  const authorization = `Bearer ${await stack.issuer.sign({ claims: { sub: "after-cdk" } })}`;
  expect((await call(before.TokenEndpointUrl, { authorization })).status).toBe(200);
});
