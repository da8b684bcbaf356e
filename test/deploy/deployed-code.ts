/** Downloads the code of a deployed function, and runs it under the runtime client. */
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startInstance } from "../support/lambda-runtime/instance.ts";
import { aws, paste } from "./aws-cli.ts";
import type { Emulator } from "./emulator.ts";

/** Which function, and where its code is put. */
export interface DeployedCodeOptions {
  emulator: Emulator;
  functionName: string;
  /** A folder for the code. */
  folder: string;
  /** An authority that the function trusts, in addition to the well-known ones. */
  certificateFile: string;
}

/** Downloads the code from where the deployment put it, and starts it with the environment that Lambda has for it. */
export async function startDeployedCode({ emulator, functionName, ...options }: DeployedCodeOptions) {
  const { Code, Configuration } = await aws(emulator, "lambda", "get-function", "--function-name", functionName);
  const folder = mkdtempSync(join(options.folder, "code-"));
  const zip = join(folder, "code.zip");
  const taskRoot = join(folder, "task");
  writeFileSync(zip, Buffer.from(await (await fetch(Code.Location)).arrayBuffer()));
  mkdirSync(taskRoot);
  await paste(emulator, { line: `python3 -m zipfile -e '${zip}' '${taskRoot}'` });

  const { Handler, Timeout, MemorySize, LoggingConfig, Environment } = Configuration;
  return startInstance({
    description: {
      name: functionName,
      taskRoot,
      handler: Handler,
      timeoutMs: Timeout * 1000,
      memoryMb: MemorySize,
      logGroup: LoggingConfig.LogGroup,
    },
    environment: {
      ...Environment.Variables,
      AWS_ENDPOINT_URL: emulator.url,
      NODE_EXTRA_CA_CERTS: options.certificateFile,
    },
  });
}
