/** `npm run template`: writes a CloudFormation template for a deployment without CDK, and prints how to deploy it. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

const root = join(import.meta.dirname, "..");

async function main(): Promise<string> {
  const { context: options = [], help } = parseOptions();
  if (help) return USAGE;
  const { context } = JSON.parse(readFileSync(join(root, "cdk.json"), "utf8"));
  const settings = { ...context, ...Object.fromEntries(options.map(toEntry)) };
  const { createTemplate } = await import("../lib/template/template.ts"); // the CDK needs a second to load
  const { text, stackName, parameters, warnings } = createTemplate(settings);

  const file = join("dist", settings.env ? `template-${settings.env}.json` : "template.json");
  mkdirSync(join(root, "dist"), { recursive: true });
  writeFileSync(join(root, file), text);
  for (const warning of warnings) console.error(`Warning: ${warning}\n`);
  const size = Math.ceil(text.length / 1000);
  return `Wrote ${file} (${size} kB).\n\n${howTo(file, stackName, parameters)}`;
}

function parseOptions() {
  const options = {
    context: { type: "string", short: "c", multiple: true },
    help: { type: "boolean", short: "h" },
  } as const;
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${USAGE}`);
  }
}

/** The command line is wrong; the message says how. */
class UsageError extends Error {}

function toEntry(option: string): [string, string] {
  const [name = "", ...value] = option.split("=");
  if (name === "" || value.length === 0) throw new UsageError(`-c needs NAME=VALUE.\n\n${USAGE}`);
  return [name, value.join("=")];
}

type Parameters = Record<string, { description: string; default?: unknown }>;

function howTo(file: string, stack: string, parameters: Parameters): string {
  const names = Object.keys(parameters).filter((name) => parameters[name]?.default === undefined);
  const values = names.map((name) => ` ${name}=...`).join("");
  const overrides = names.length > 0 ? ` \\\n  --parameter-overrides${values}` : "";
  const list = Object.entries(parameters).map(
    ([name, { description, default: value }]) => `  ${name.padEnd(18)}${description}${toNote(value)}`,
  );
  return `Its parameters:

${list.join("\n")}

Deploy it with a bucket of yours in the same region, because it is too large to be sent directly:

aws cloudformation deploy --template-file ${file} --stack-name ${stack} \\
  --s3-bucket YOUR_BUCKET --capabilities CAPABILITY_IAM${overrides}

Then show the outputs, and run the one called PutApiKeyCommand (in macOS, Linux or AWS CloudShell), which stores the Mindset API key:

aws cloudformation describe-stacks --stack-name ${stack} --query "Stacks[0].Outputs"

docs/deploy.md#without-cdk has Launch Stack and Terraform, and how to check the endpoint.`;
}

function toNote(value: unknown): string {
  if (value === undefined) return "";
  return value === "" ? " (optional)" : ` (default: ${value})`;
}

const USAGE = `Usage: npm run template -- [-c mindset.NAME=VALUE ...] [-c env=NAME]

Writes dist/template.json for CloudFormation without CDK, from the settings in cdk.json and on the command line, as cdk synth.
Values such as apiHost become parameters, with the value in cdk.json as default. Everything else is fixed in the template.

  -c mindset.signIn.type=TYPE   jwt (the default), oidc, userinfo or lambda
                                userinfo also needs mindset.signIn.forward and mindset.signIn.subject
  -c env=NAME                   an environment of cdk.json; writes dist/template-NAME.json`;

main().then(
  (output) => console.log(output),
  (error: Error) => {
    const isConfig = error.name === "DeploymentConfigError";
    console.error(isConfig || error instanceof UsageError ? error.message : error);
    process.exitCode = isConfig ? 1 : 2;
  },
);
