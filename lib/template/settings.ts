/** Pure: CDK context -> the settings of a template, and its parameters. */
import { settingsFromContext } from "../config/context.ts";
import type { DeploymentConfig } from "../config/deployment-config.ts";
import { DeploymentConfigError, parseDeploymentConfig, settingAt } from "../config/parse.ts";
import type { Parameter, Parameters } from "./parameter.ts";
import { parametersOf } from "./parameters.ts";

/** What a template is made of. */
export interface TemplateSettings {
  /** Parameters without a value in the settings have an example here. */
  config: DeploymentConfig;
  /** By name; `default` is the value in the settings. */
  parameters: Parameters;
}

/**
 * Like `readDeploymentConfig`, but settings that are parameters may be missing.
 *
 * @throws DeploymentConfigError with every problem.
 */
export function toTemplateSettings(context: Record<string, unknown>): TemplateSettings {
  const settings = settingsFromContext(context);
  const { grants, ...others } = Object(settings) as Record<string, unknown>;
  const problems = grants === undefined ? [] : [NO_GRANTS];
  const config = parse(typeof settings === "object" ? withExamples(others) : settings, problems);
  const parameters = withDefaults(config, others);
  problems.push(...defaultProblems(parameters));
  if (problems.length > 0) throw new DeploymentConfigError(problems, ALL_SETTINGS);
  return { config, parameters };
}

const NO_GRANTS =
  "grants is not possible in a template, whose functions have no file but their code. Leave it out, or deploy with npx cdk deploy.";

const ALL_SETTINGS = "docs/settings.md lists all settings, docs/deploy.md#without-cdk the parameters of a template.";

function parse(settings: unknown, problems: string[]): DeploymentConfig {
  try {
    return parseDeploymentConfig(settings);
  } catch (error) {
    if (error instanceof DeploymentConfigError)
      throw new DeploymentConfigError([...error.problems, ...problems], ALL_SETTINGS);
    throw error;
  }
}

const ISSUER = { issuer: "https://login.example.com/", audience: "example" };

const SIGN_IN_EXAMPLES: Record<string, object> = {
  jwt: ISSUER,
  oidc: { issuers: [ISSUER] },
  userinfo: { url: "https://app.example.com/" },
  lambda: { authorizerArn: "arn:aws:lambda:eu-west-1:123456789012:function:example" },
};

function withExamples({ signIn = {}, ...settings }: Record<string, unknown>): unknown {
  const { type = "jwt" } = Object(signIn);
  return {
    apiHost: "a.api.mindset.ai",
    appUid: "example",
    allowedOrigins: ["https://app.example.com"],
    ...settings,
    signIn: typeof signIn === "object" && signIn !== null ? { ...SIGN_IN_EXAMPLES[String(type)], ...signIn } : signIn,
  };
}

function withDefaults(config: DeploymentConfig, given: unknown): Parameters {
  return Object.fromEntries(
    Object.entries(parametersOf(config)).map(([name, parameter]) => [
      name,
      valueAt(given, parameter.path) === undefined
        ? parameter
        : { ...parameter, default: valueAt(config, parameter.path) as Parameter["default"] },
    ]),
  );
}

function valueAt(settings: unknown, path: PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => Object(value)[key], settings);
}

/** The parameters' rules are stricter where CloudFormation cannot tell, e.g. a comma in an audience. */
function defaultProblems(parameters: Parameters): string[] {
  return Object.entries(parameters).flatMap(([name, { path, default: value = [], ...parameter }]) => {
    const pattern = new RegExp(parameter.allowedPattern ?? "");
    const items = Array.isArray(value) ? value : [String(value)];
    const refused = items.filter((item) => !pattern.test(item) || (Array.isArray(value) && item.includes(",")));
    const advice = name === "Audience" ? "Use an audience of your own." : "Only npx cdk deploy accepts this value.";
    return refused.map(
      (item) => `${settingAt(path)} "${item}": the parameter ${name} ${parameter.constraintDescription}. ${advice}`,
    );
  });
}
