/** Runs a real `cdk synth`, and reads the function from the template and its asset. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { FunctionDescription } from "../support/lambda-runtime/instance.ts";
import { synth } from "./cdk.ts";
import { type Lookup, resolveReferences } from "./template-values.ts";

/** The function as deployed. */
export type DeployedFunction = FunctionDescription & { environment: Record<string, string> };

const REGION = "eu-west-1";
const ACCOUNT = "123456789012";

/**
 * Runs `cdk synth` as a developer does, with the fake Mindset as API host.
 *
 * @param apiHost e.g. `localhost:40123`; it is called over https.
 */
export async function synthFunction(apiHost: string): Promise<DeployedFunction> {
  const signIn = { "signIn.issuer": "https://login.example.com/", "signIn.audience": "test" };
  const template = await synth("cdk.out/runtime", { apiHost, allowAnyApiHost: true, appUid: "test-app", ...signIn });
  return toDeployedFunction(JSON.parse(readFileSync(template, "utf8")).Resources, dirname(template));
}

// biome-ignore lint/suspicious/noExplicitAny: templates are JSON of many shapes
function toDeployedFunction(resources: Record<string, any>, folder: string): DeployedFunction {
  const [name = "", { Properties, Metadata }] =
    Object.entries(resources).find(([, { Type }]) => Type === "AWS::Lambda::Function") ?? [];
  const properties = resolveReferences(
    { ...Properties, Code: undefined },
    fakeReferences(resources),
  ) as typeof Properties;
  return {
    name,
    taskRoot: join(folder, Metadata["aws:asset:path"]),
    handler: properties.Handler,
    timeoutMs: properties.Timeout * 1000,
    memoryMb: properties.MemorySize,
    logGroup: properties.LoggingConfig.LogGroup,
    environment: properties.Environment.Variables,
  };
}

/** A secret's `Ref` is its ARN, with six random characters at the end. */
function fakeReferences(resources: Record<string, { Type: string }>): Lookup {
  return (name, attribute) => {
    if (attribute) return `arn:aws:fake:${REGION}:${ACCOUNT}:${name}/${attribute}`;
    const isSecret = resources[name]?.Type === "AWS::SecretsManager::Secret";
    return isSecret ? `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${name}-AbCdEf` : name;
  };
}
