/** `npm run sam:invoke -- events/signed-in.json`: bundles the function and has SAM invoke it in a container. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { SAM_FUNCTION, writeSamTemplate } from "../lib/sam-stack.ts";

const root = join(import.meta.dirname, "..");

function main([event = "", ...samOptions]: string[]): number {
  const missing = whatIsMissing(event);
  if (missing) {
    console.error(missing);
    return 1;
  }
  const own = join(root, "events/env.json");
  const { status } = spawnSync(
    "sam",
    // biome-ignore format: an option a line
    [
      "local", "invoke", SAM_FUNCTION,
      "--template", writeSamTemplate(join(root, "cdk.out/sam")),
      "--event", event,
      "--env-vars", existsSync(own) ? own : join(root, "events/env.example.json"),
      "--add-host", "host.docker.internal:host-gateway", // where the stand-ins of `npm start` are
      ...samOptions,
    ],
    { stdio: "inherit" },
  );
  return status ?? 1;
}

function whatIsMissing(event: string): string | undefined {
  if (!event) return NO_EVENT;
  if (!existsSync(event)) return `There is no file ${event}. ${NO_EVENT}`;
  if (!answers("sam", "--version")) return NO_SAM;
  if (!answers("docker", "info") && !answers("finch", "info")) return NO_DOCKER;
  return undefined;
}

function answers(command: string, argument: string): boolean {
  return spawnSync(command, [argument], { stdio: "ignore" }).status === 0;
}

const NO_EVENT = "Say which event, for example: npm run sam:invoke -- events/signed-in.json";

const NO_SAM = `The SAM CLI ("sam") is not installed. It runs the function in a container, as Lambda would. To install it:
https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/install-sam-cli.html
Without it, "npm start" runs the same code on this machine.`;

const NO_DOCKER = `SAM runs the function in a container, and no container engine answers ("docker info" fails).
Start Docker (or Finch) and try again. Without it, "npm start" runs the same code on this machine.`;

process.exitCode = main(process.argv.slice(2));
