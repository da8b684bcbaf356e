/** Runs the API of the stack in SAM (processes, files). */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { type DeploymentSettings, synth } from "../runtime/cdk.ts";
import { findSixPorts } from "../support/servers/ports.ts";

/** Runs `sam local start-api`. @param variables of the functions, in addition to those of the stack or instead of them. */
export async function startApi(settings: DeploymentSettings, variables: Record<string, string> = {}) {
  const template = await synthForThisMachine(settings, variables);
  const port = await findSixPorts();
  // biome-ignore format: an option a line
  const sam = spawn("sam", [
    "local", "start-api", "--template", template, "--port", String(port), "--skip-pull-image",
    "--add-host", "host.docker.internal:host-gateway",
  ], { stdio: ["ignore", "pipe", "pipe"] });
  const url = `http://127.0.0.1:${port}`;
  let output = "";
  const closed = once(sam, "close");
  await new Promise<void>((resolve, reject) => {
    for (const stream of [sam.stdout, sam.stderr]) {
      stream.on("data", (chunk) => {
        output += chunk;
        if (output.includes(`Running on ${url}`)) resolve();
      });
    }
    closed.then(() => reject(new Error(`sam local start-api ended:\n${output}`)), reject);
  });
  return {
    url,
    output: () => output,
    close: async () => {
      sam.kill("SIGINT"); // as Ctrl-C does, so that it removes its containers
      await closed;
    },
  };
}

/** The template of the stack, but for this machine's processor and with other variables. */
async function synthForThisMachine(settings: DeploymentSettings, variables: Record<string, string>): Promise<string> {
  const file = await synth("cdk.out/sam-api", { apiHost: "a.api.mindset.ai", appUid: "test-app", ...settings });
  const template = JSON.parse(readFileSync(file, "utf8"));
  // biome-ignore lint/suspicious/noExplicitAny: templates are JSON of many shapes
  for (const { Type, Properties } of Object.values<any>(template.Resources)) {
    if (Type !== "AWS::Lambda::Function") continue;
    Properties.Architectures = [process.arch === "arm64" ? "arm64" : "x86_64"];
    Object.assign(Properties.Environment.Variables, variables);
  }
  writeFileSync(file, JSON.stringify(template));
  return file;
}
