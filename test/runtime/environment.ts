/** Runs the deployed function between fakes of Lambda, Secrets Manager and Mindset (over HTTPS). */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { startMindset } from "../../local/mindset/server.ts";
import { startSecretsManager } from "../../local/secrets-manager/server.ts";
import { type FunctionInstance, startInstance } from "../support/lambda-runtime/instance.ts";
import { createCertificate } from "../support/servers/tls.ts";
import { type DeployedFunction, synthFunction } from "./deployed-function.ts";

/** The key that the fake Mindset accepts. */
export const API_KEY = "test-key-of-the-runtime-tests";

/** What a function returns. */
export interface Answer {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
}

/** Starts the fakes, synthesises the stack and stores the key. */
export async function startEnvironment() {
  await using opened = new AsyncDisposableStack(); // closed here if something fails, else by `close`
  const folder = mkdtempSync(join(tmpdir(), "runtime-"));
  opened.defer(() => rmSync(folder, { recursive: true }));
  const tls = await createCertificate();
  const certificateFile = join(folder, "certificate.pem");
  writeFileSync(certificateFile, tls.cert);

  const mindset = await startMindset({ port: 0, tls, appUid: "test-app", apiKeys: [API_KEY] });
  opened.defer(mindset.close);
  const deployed = copyCode(await synthFunction(`localhost:${mindset.port}`), folder);
  const secretArn = deployed.environment.MINDSET_API_KEY_SECRET_ARN ?? "";
  const secretsManager = await startSecretsManager({ port: 0, secrets: { [secretArn]: API_KEY } });
  opened.defer(secretsManager.close);

  const instances: FunctionInstance[] = [];
  async function endInstances() {
    await Promise.all(instances.splice(0).map((instance) => instance.end("SIGKILL")));
  }
  opened.defer(endInstances);
  const all = opened.move();
  return {
    mindset,
    secretsManager,
    deployed,
    setSecret: (value: string) => secretsManager.setSecretString(secretArn, value),
    /** A cold start. `changes` to the environment apply to this instance only. */
    coldStart: async (changes: Record<string, string> = {}) => {
      const environment = {
        ...deployed.environment,
        AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.url,
        NODE_EXTRA_CA_CERTS: certificateFile,
        ...changes,
      };
      const instance = await startInstance({ description: deployed, environment });
      instances.push(instance);
      return { ...instance, invoke: (event: unknown) => invokeAndCollectLog(instance, event) };
    },
    /** Ends all instances, and restores the fakes. */
    reset: async () => {
      await endInstances();
      mindset.faults.clear();
      mindset.requests.length = 0;
      secretsManager.recover();
      secretsManager.setSecretString(secretArn, API_KEY);
    },
    close: () => all.disposeAsync(),
  };
}

/** Copies the code out of this project, whose package.json would make Node load it as an ES module. */
export function copyCode(deployed: DeployedFunction, folder: string): DeployedFunction {
  const taskRoot = join(folder, deployed.name ?? "task");
  cpSync(deployed.taskRoot, taskRoot, { recursive: true });
  return { ...deployed, taskRoot };
}

/** Settles once the log lines that the function wrote before its answer have been read from the pipe. */
export async function invokeAndCollectLog(instance: FunctionInstance, event: unknown): Promise<unknown> {
  try {
    return (await instance.invoke(event)).result;
  } finally {
    await instance.idle();
    await nextTurn();
  }
}

/** An instance in this environment. */
export type Instance = Awaited<ReturnType<Awaited<ReturnType<typeof startEnvironment>>["coldStart"]>>;
