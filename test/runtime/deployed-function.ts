/** Runs a real `cdk synth`, and reads the function from the template and its asset. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { FunctionDescription } from "../support/lambda-runtime/instance.ts";
import { type DeploymentSettings, synth } from "./cdk.ts";
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
  return toDeployedFunction(template, "TokenFunction");
}

/**
 * The same for the function in front of the routes, which the stack has with the sign-in types `oidc` and `userinfo`.
 *
 * @param settings e.g. `{ "signIn.type": "oidc", "signIn.issuers": '[{"issuer":"https://localhost:40123","audience":"test"}]' }`.
 */
export async function synthAuthorizer(settings: DeploymentSettings): Promise<DeployedFunction> {
  const common = { apiHost: "a.api.mindset.ai", appUid: "test-app" };
  const template = await synth(`cdk.out/runtime-${settings["signIn.type"]}`, { ...common, ...settings });
  return toDeployedFunction(template, "AuthorizerFunction");
}

function toDeployedFunction(template: string, idContains: string): DeployedFunction {
  // biome-ignore lint/suspicious/noExplicitAny: templates are JSON of many shapes
  const resources: Record<string, any> = JSON.parse(readFileSync(template, "utf8")).Resources;
  const [name = "", { Properties, Metadata }] =
    Object.entries(resources).find(([id, { Type }]) => Type === "AWS::Lambda::Function" && id.includes(idContains)) ??
    [];
  const properties = resolveReferences(
    { ...Properties, Code: undefined },
    fakeReferences(resources),
  ) as typeof Properties;
  return {
    name,
    taskRoot: join(dirname(template), Metadata["aws:asset:path"]),
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
