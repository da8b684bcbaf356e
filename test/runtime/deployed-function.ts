/** Edge (processes, files): a real `cdk synth`, and the function as its template and asset deploy it. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { synth } from "./cdk.ts";
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

/**
 * Runs `cdk synth` as a developer does, for a Mindset API elsewhere than usual.
 *
 * @param apiHost e.g. `localhost:40123`; it is called over https.
 */
export async function synthFunction(apiHost: string): Promise<DeployedFunction> {
  const caller = { issuer: "https://login.example.com/", audience: "test" };
  const template = await synth("cdk.out/runtime", { apiHost, allowAnyApiHost: true, appUid: "test-app", ...caller });
  return toDeployedFunction(JSON.parse(readFileSync(template, "utf8")).Resources, dirname(template));
}

// biome-ignore lint/suspicious/noExplicitAny: templates are JSON of many shapes
function toDeployedFunction(resources: Record<string, any>, folder: string): DeployedFunction {
  const [name = "", { Properties, Metadata }] =
    Object.entries(resources).find(([, { Type }]) => Type === "AWS::Lambda::Function") ?? [];
  const properties = resolveReferences({ ...Properties, Code: undefined }, standInFor(resources)) as typeof Properties;
  return {
    name,
    arn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`,
    region: REGION,
    taskRoot: join(folder, Metadata["aws:asset:path"]),
    handler: properties.Handler,
    timeoutMs: properties.Timeout * 1000,
    memoryMb: properties.MemorySize,
    logGroup: properties.LoggingConfig.LogGroup,
    logFormat: properties.LoggingConfig.LogFormat,
    environment: properties.Environment.Variables,
  };
}

/** CloudFormation names resources like this; a secret's `Ref` is its ARN, with six characters of its own at the end. */
function standInFor(resources: Record<string, { Type: string }>): Lookup {
  return (name, attribute) => {
    if (attribute) return `arn:aws:stand-in:${REGION}:${ACCOUNT}:${name}/${attribute}`;
    const isSecret = resources[name]?.Type === "AWS::SecretsManager::Secret";
    return isSecret ? `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${name}-AbCdEf` : name;
  };
}
