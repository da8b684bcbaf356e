/** The deployed function between stand-ins: Mindset over HTTPS, Secrets Manager, Lambda. */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startMindset } from "../../local/mindset/server.ts";
import { startSecretsManager } from "../../local/secrets-manager/server.ts";
import { createCertificate } from "../support/tls.ts";
import { synthFunction } from "./deployed-function.ts";
import { type FunctionInstance, startInstance } from "./function-instance.ts";

/** The key that Mindset's stand-in takes. */
export const API_KEY = "test-key-of-the-runtime-proof";

/** What a function answers. */
export interface Answer {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
}

/** Starts the stand-ins, synthesises the stack and leaves the secret with the key in it. */
export async function startSurroundings() {
  const folder = mkdtempSync(join(tmpdir(), "runtime-"));
  const tls = await createCertificate();
  const certificateFile = join(folder, "certificate.pem");
  writeFileSync(certificateFile, tls.cert);

  const mindset = await startMindset({ port: 0, tls, appUid: "test-app", apiKeys: [API_KEY] });
  const synthesised = await synthFunction(`localhost:${mindset.port}`);
  // Away from our package.json, which would make an ES module of the code; on Lambda it lies in /var/task.
  const deployed = { ...synthesised, taskRoot: join(folder, "task") };
  cpSync(synthesised.taskRoot, deployed.taskRoot, { recursive: true });
  const secretArn = deployed.environment.MINDSET_API_KEY_SECRET_ARN ?? "";
  const secretsManager = await startSecretsManager({ port: 0, secrets: { [secretArn]: API_KEY } });

  const instances: FunctionInstance[] = [];
  return {
    mindset,
    secretsManager,
    deployed,
    setSecret: (value: string) => secretsManager.setSecretString(secretArn, value),
    /** A cold start; `changes` to the environment are for this instance alone. */
    coldStart: async (changes: Record<string, string> = {}) => {
      const environment = {
        AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.url,
        NODE_EXTRA_CA_CERTS: certificateFile,
        ...changes,
      };
      const instance = await startInstance({ deployed, environment });
      instances.push(instance);
      return instance;
    },
    /** Everything as it was, and no instance left running. */
    reset: async () => {
      await Promise.all(instances.splice(0).map((instance) => instance.end("SIGKILL")));
      mindset.faults.clear();
      mindset.requests.length = 0;
      secretsManager.recover();
      secretsManager.setSecretString(secretArn, API_KEY);
    },
    close: async () => {
      await Promise.all(instances.splice(0).map((instance) => instance.end("SIGKILL")));
      await Promise.all([mindset.close(), secretsManager.close()]);
      rmSync(folder, { recursive: true });
    },
  };
}
