/** Edge (processes, files): a real `cdk synth`, and the function as its template and asset deploy it. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Lookup, resolveReferences } from "./template-values.ts";

/** All that Lambda knows of a function. */
export interface DeployedFunction {
  name: string;
  arn: string;
  region: string;
  /** The folder with the code. */
  taskRoot: string;
  handler: string;
  timeoutMs: number;
  memoryMb: number;
  logGroup: string;
  logFormat: string;
  environment: Record<string, string>;
}

const REGION = "eu-west-1";
const ACCOUNT = "123456789012";
const OUTDIR = "cdk.out/runtime";
const root = join(import.meta.dirname, "../..");

/**
 * Runs `cdk synth` as a developer does, for a Mindset API elsewhere than usual.
 *
 * @param apiHost e.g. `localhost:40123`; it is called over https.
 */
export const synthFunction = async (apiHost: string): Promise<DeployedFunction> => {
  const settings = { apiHost, allowAnyApiHost: true, appUid: "test-app", issuer: "https://login.example.com/" };
  const context = Object.entries({ ...settings, audience: "test" }).flatMap(([k, v]) => ["-c", `mindset.${k}=${v}`]);
  const cdk = join(root, "node_modules/aws-cdk/bin/cdk");
  const args = ["synth", "--quiet", "--no-notices", "--output", OUTDIR, ...context];
  await promisify(execFile)(process.execPath, [cdk, ...args], { cwd: root });

  const template = readFileSync(join(root, OUTDIR, "MindsetTokenEndpoint.template.json"), "utf8");
  return toDeployedFunction(JSON.parse(template).Resources);
};

// biome-ignore lint/suspicious/noExplicitAny: templates are JSON of many shapes
const toDeployedFunction = (resources: Record<string, any>): DeployedFunction => {
  const [name = "", { Properties, Metadata }] =
    Object.entries(resources).find(([, { Type }]) => Type === "AWS::Lambda::Function") ?? [];
  const properties = resolveReferences({ ...Properties, Code: undefined }, standInFor(resources)) as typeof Properties;
  return {
    name,
    arn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`,
    region: REGION,
    taskRoot: join(root, OUTDIR, Metadata["aws:asset:path"]),
    handler: properties.Handler,
    timeoutMs: properties.Timeout * 1000,
    memoryMb: properties.MemorySize,
    logGroup: properties.LoggingConfig.LogGroup,
    logFormat: properties.LoggingConfig.LogFormat,
    environment: properties.Environment.Variables,
  };
};

/** CloudFormation names resources like this; a secret's `Ref` is its ARN, with six characters of its own at the end. */
const standInFor =
  (resources: Record<string, { Type: string }>): Lookup =>
  (name, attribute) => {
    if (attribute) return `arn:aws:stand-in:${REGION}:${ACCOUNT}:${name}/${attribute}`;
    const isSecret = resources[name]?.Type === "AWS::SecretsManager::Secret";
    return isSecret ? `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${name}-AbCdEf` : name;
  };
