/** Edge (processes): the emulated AWS while it runs, and the environment that leads the CDK and AWS CLIs to it alone. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { devNull, tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { root } from "../runtime/cdk.ts";
import { findSixPorts } from "../support/servers/ports.ts";

/** Where everything is deployed to. */
export const REGION = "eu-west-1";

/** The folder of Python's programs, `aws` among them. */
const TOOLS = join(root, ".tools/aws/bin");

const START_MS = 60_000;

/** The emulator, and what of it a test uses. */
export type Emulator = Awaited<ReturnType<typeof startEmulator>>;

/**
 * Starts the emulator, for this machine alone.
 *
 * @param certificateFile the authority that its API Gateway and the functions trust, in addition to the well-known ones.
 */
export async function startEmulator(certificateFile: string) {
  const port = await findSixPorts();
  const folder = mkdtempSync(join(tmpdir(), "emulator-"));
  const child = spawn(join(TOOLS, "python"), [join(import.meta.dirname, "emulator.py")], {
    cwd: folder,
    env: {
      PATH: [dirname(process.execPath), process.env.PATH].join(delimiter), // the functions run with this Node
      TMPDIR: folder,
      HOME: folder,
      BIND_HOST: "127.0.0.1",
      GATEWAY_PORT: String(port),
      IOT_MTLS_ENABLED: "0", // it would listen on every address
      SFTP_ENABLED: "0",
      MINISTACK_REGION: REGION,
      MINISTACK_ACCOUNT_ID: "123456789012",
      SSL_CERT_FILE: certificateFile,
      NODE_EXTRA_CA_CERTS: certificateFile,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const late = setTimeout(() => child.kill(), START_MS);
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        output += chunk;
        if (output.includes(`Running on http://127.0.0.1:${port}`)) resolve();
      });
    }
    child.on("error", reject);
    child.on("close", () => reject(new Error(`the emulator ended:\n${output}`)));
  }).finally(() => clearTimeout(late));
  const url = `http://localhost:${port}`;
  return {
    url,
    environment: toEnvironment(url),
    /** What it has printed, for when something fails. */
    output: () => output,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGTERM");
        await once(child, "close");
      }
      rmSync(folder, { recursive: true });
    },
  };
}

/** Sets every variable that AWS's tools read, so that they cannot use the developer's own account. */
function toEnvironment(url: string): Record<string, string> {
  return {
    PATH: [TOOLS, dirname(process.execPath), process.env.PATH].join(delimiter),
    HOME: process.env.HOME ?? "",
    AWS_ENDPOINT_URL: url,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_PAGER: "",
  };
}
