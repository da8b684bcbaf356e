/** `npm run doctor`: finds out what is wrong with an endpoint, its sign-in or its configuration, and says what to do. */
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { isSafe } from "./doctor/checks/issuer.ts";
import { type DoctorOptions, diagnose } from "./doctor/diagnose.ts";
import { type Finding, toLines, toPrintable } from "./doctor/report.ts";
import { factsFromConfig } from "./doctor/sign-in.ts";

/** The command line is wrong; the message says how. */
class UsageError extends Error {}

async function main(): Promise<number> {
  const { help, json, ...given } = parseOptions();
  if (help) {
    console.log(USAGE);
    return 0;
  }
  const options = await toDoctorOptions(given);
  const findings: Finding[] = [];
  for await (const finding of diagnose(options)) {
    const printable = toPrintable(finding, [options.token ?? ""]);
    findings.push(printable);
    if (!json) console.log(toLines(printable));
  }
  const failed = findings.filter(({ status }) => status === "fail").length;
  console.log(json ? JSON.stringify({ ok: failed === 0, checks: findings }, null, 2) : `\n${summary(failed)}`);
  return failed > 0 ? 1 : 0;
}

function summary(failed: number): string {
  if (failed === 0) return "Nothing failed.";
  return `${failed} failed. Start with the first: later ones may follow from it.`;
}

type Given = ReturnType<typeof parseOptions>;

function parseOptions() {
  const options = {
    url: { type: "string" },
    origin: { type: "string", multiple: true },
    token: { type: "string" },
    stack: { type: "string" },
    config: { type: "boolean" },
    env: { type: "string" },
    json: { type: "boolean" },
    help: { type: "boolean", short: "h" },
  } as const;
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    const { code, message } = error as Error & { code: string };
    if (code === "ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL") throw new UsageError(TOKEN_ARGUMENT); // the message repeats it
    throw new UsageError(`${message}\n\n${USAGE}`);
  }
}

async function toDoctorOptions({ url, origin, token, stack, config, env }: Omit<Given, "help" | "json">) {
  if (process.env.NODE_TLS_REJECT_UNAUTHORIZED === "0") throw new UsageError(UNVERIFIED_TLS);
  if (!url && !stack && !config) throw new UsageError(USAGE);
  if (url && !isSafe(url))
    throw new UsageError("--url must begin with https:// (or http://localhost), because a token is sent to it.");
  if (token !== undefined && token !== "-") throw new UsageError(TOKEN_ARGUMENT);
  const options: DoctorOptions = { url, origins: origin, stack };
  if (config) options.config = await readConfig(env);
  if (token) options.token = await readToken();
  return options;
}

/** Imported here alone, because the CDK needs a second to load. */
async function readConfig(env: string | undefined): Promise<DoctorOptions["config"]> {
  const { readDeploymentConfig } = await import("../lib/config/read.ts");
  const { context } = JSON.parse(readFileSync(new URL("../cdk.json", import.meta.url), "utf8"));
  const config = readDeploymentConfig({ ...context, env });
  return { signIn: factsFromConfig(config), apiHost: config.apiHost };
}

async function readToken(): Promise<string> {
  if (process.stdin.isTTY) process.stderr.write("Paste an access token of a user, then Enter and Ctrl-D:\n");
  const token = (await text(process.stdin)).trim();
  if (!/^[\x21-\x7e]+$/.test(token)) throw new UsageError("Standard input holds no token.");
  return token;
}

const UNVERIFIED_TLS = "NODE_TLS_REJECT_UNAUTHORIZED=0 is set: the token could be sent to an impostor. Unset it.";

const TOKEN_ARGUMENT = `Do not write the token on the command line: shells and process lists keep it. Pipe it in:
npm run -s token -- ada | npm run doctor -- --url URL --token -`;

const USAGE = `Usage: npm run doctor -- --url URL [--origin ORIGIN] [--token -]
       npm run doctor -- --stack NAME [--origin ORIGIN] [--token -]
       npm run doctor -- --config [--env NAME]

Checks an endpoint and its sign-in, and says for each failure what to do.

  --url URL         the endpoint, the output TokenEndpointUrl of your stack
  --stack NAME      a deployed stack, with your AWS credentials: also its outputs, alarms and key
  --config          the settings in cdk.json, also before a deployment; --env picks an environment
  --origin ORIGIN   of a page that calls the endpoint; may be repeated
  --token -         reads an access token of a user from standard input; with --url, that user signs in to Mindset
  --json            prints one JSON document
  --help            prints this

Exit code: 0 when nothing failed, 1 when a check failed, 2 when the command line is wrong.`;

main().then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: Error) => {
    const isConfig = error.name === "DeploymentConfigError";
    console.error(isConfig || error instanceof UsageError ? error.message : error);
    process.exitCode = isConfig ? 1 : 2;
  },
);
