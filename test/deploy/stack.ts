/** The stack on the emulated AWS, between a JWT issuer and the fake Mindset. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startMindset } from "../../local/mindset/server.ts";
import { cdk, type DeploymentSettings, STACK, toOptions } from "../runtime/cdk.ts";
import { startIssuer } from "../support/servers/issuer.ts";
import { createCertificate } from "../support/servers/tls.ts";
import { aws, paste } from "./aws-cli.ts";
import { startEmulator } from "./emulator.ts";

/** The key that the fake Mindset accepts. */
export const API_KEY = "test-key-of-the-deploy-tests";

/** A page that may call. */
export const PAGE = "https://app.example.com";

/** The stack and what is around it. */
export type Stack = Awaited<ReturnType<typeof startStack>>;

/** The stack's outputs. */
export type Outputs = Record<
  "TokenEndpointUrl" | "ApiId" | "ApiKeySecretArn" | "FunctionName" | "PutApiKeyCommand" | "SetApiKeyCommand",
  string
>;

/** Starts the emulator and what the stack needs around it; nothing is deployed yet. */
export async function startStack() {
  await using opened = new AsyncDisposableStack(); // closed here if something fails, else by `close`
  const folder = mkdtempSync(join(tmpdir(), "deploy-e2e-"));
  opened.defer(() => rmSync(folder, { recursive: true }));
  const tls = await createCertificate();
  const certificateFile = join(folder, "certificate.pem");
  writeFileSync(certificateFile, tls.cert);
  const mindset = await startMindset({ port: 0, appUid: "test-app", apiKeys: [API_KEY] });
  opened.defer(mindset.close);
  const issuer = await startIssuer({ tls });
  opened.defer(issuer.close);
  const emulator = await startEmulator(certificateFile);
  opened.defer(emulator.stop);
  const all = opened.move();

  const settings = {
    apiHost: mindset.url, // over HTTP: the emulator's functions cannot call localhost over HTTPS
    allowAnyApiHost: true,
    appUid: "test-app",
    "signIn.issuer": issuer.issuer,
    "signIn.audience": "test-audience",
    allowedOrigins: PAGE,
    "throttle.rateLimit": 20,
  };
  return {
    folder,
    certificateFile,
    mindset,
    issuer,
    emulator,
    /** A command of the CDK CLI, with the settings of the stack and what is changed of them. */
    cdk: (command: string[], changes: DeploymentSettings = {}) =>
      cdk([...command, "--output", "cdk.out/deploy", ...toOptions({ ...settings, ...changes })], emulator.environment),
    /** Stores the key with the command among the outputs, and waits until the endpoint serves a user. */
    storeKey: async ({ PutApiKeyCommand, TokenEndpointUrl }: Outputs) => {
      await paste(emulator, { line: PutApiKeyCommand, input: `${API_KEY}\n` });
      const authorization = `Bearer ${await issuer.sign({ claims: { sub: "ada" } })}`;
      const deadline = performance.now() + 15_000;
      while ((await call(TokenEndpointUrl, { authorization })).status !== 200 && performance.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
    },
    /** The outputs of the deployed stack by name. */
    outputs: async (): Promise<Outputs> => {
      const { Stacks } = await aws(emulator, "cloudformation", "describe-stacks", "--stack-name", STACK);
      const printed: { OutputKey: string; OutputValue: string }[] = Stacks[0].Outputs;
      return Object.fromEntries(printed.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue])) as Outputs;
    },
    close: () => all.disposeAsync(),
  };
}

/** Calls an endpoint of the emulated API Gateway, whose host names no resolver knows. */
export function call(url: string, headers: Record<string, string> = {}) {
  return new Promise<{ status: number; headers: Record<string, unknown>; text: string }>((resolve, reject) => {
    const { host, port, pathname } = new URL(url);
    const options = { host: "127.0.0.1", port, path: pathname, method: "POST", headers: { ...headers, host } };
    const sent = request(options, async (response) => {
      let text = "";
      for await (const chunk of response.setEncoding("utf8")) text += chunk;
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
    });
    sent.on("error", reject).end();
  });
}
