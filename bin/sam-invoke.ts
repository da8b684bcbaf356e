/** `npm run sam:invoke -- events/signed-in.json`: bundles the function and runs it in a container, with the SAM CLI. */
import { type SpawnSyncOptions, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { toSamCommand } from "./sam-command.ts";

const root = join(import.meta.dirname, "..");

async function main([event = "", ...samOptions]: string[]): Promise<number> {
  if (event === "--help") {
    console.log(USAGE);
    return 0;
  }
  const problem = findProblem(event);
  if (problem) {
    console.error(problem);
    return 1;
  }
  const { SAM_FUNCTION, writeSamTemplate } = await import("../lib/sam-stack.ts"); // the CDK takes a second to load
  const ownEnvironment = join(root, "events/env.json");
  const status = runSam(
    // biome-ignore format: an option a line
    [
      "local", "invoke", SAM_FUNCTION,
      "--template", writeSamTemplate(join(root, "cdk.out/sam")),
      "--event", event,
      "--env-vars", existsSync(ownEnvironment) ? ownEnvironment : join(root, "events/env.example.json"),
      "--add-host", "host.docker.internal:host-gateway", // reaches the fakes of `npm start`
      ...samOptions,
    ],
    { stdio: "inherit" },
  );
  return status ?? 1;
}

function findProblem(event: string): string | undefined {
  if (!event) return USAGE;
  if (!existsSync(event)) return `File not found: ${event}\n\n${USAGE}`;
  if (runSam(["--version"], { stdio: "ignore" }) !== 0) return NO_SAM;
  return hasContainerEngine() ? undefined : NO_DOCKER;
}

function runSam(args: string[], options: SpawnSyncOptions): number | null {
  const { command, args: commandArgs, shell } = toSamCommand(args, process.platform);
  return spawnSync(command, commandArgs, { ...options, shell }).status;
}

/** SAM talks to the engine itself, so DOCKER_HOST is enough; the `docker` command need not be installed. */
function hasContainerEngine(): boolean {
  if (process.env.DOCKER_HOST) return true;
  return ["docker", "finch"].some((engine) => spawnSync(engine, ["info"], { stdio: "ignore" }).status === 0);
}

const USAGE = `Usage: npm run sam:invoke -- EVENT [options of "sam local invoke"]

Runs the function in a container, as Lambda does, with EVENT as its input, for example:
npm run sam:invoke -- events/signed-in.json`;

const NO_SAM = `The SAM CLI ("sam") is not installed. Install it:
https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/install-sam-cli.html
Without it, "npm start" runs the same code on this machine.`;

const NO_DOCKER = `SAM needs a container engine, and no engine answers ("docker info" fails).
Start Docker or Finch, or set DOCKER_HOST, and try again. Without it, "npm start" runs the same code on this machine.`;

process.exitCode = await main(process.argv.slice(2));
