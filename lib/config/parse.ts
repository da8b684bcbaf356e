/** Pure: the configuration of a deployment (unknown) -> DeploymentConfig, or every problem at once. */
import type { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { TokenApiProps } from "../token-api.ts";
import type { TokenFunctionProps } from "../token-function.ts";
import { toProblems } from "./problems.ts";
import { apiHostSchema, deploymentSchema } from "./schema.ts";

type FunctionConfig = Omit<TokenFunctionProps, "apiKeySecret" | "logRetention" | "architecture">;
type ApiConfig = Omit<TokenApiProps, "handler" | "logRetention">;

/** What a deployment decides: in `cdk.json` under `context.mindset`, or as `-c mindset.apiHost=...`. */
export interface DeploymentConfig extends FunctionConfig, ApiConfig {
  /**
   * Complete ARN of an existing secret with the Mindset API key, in any region.
   *
   * @default - a new secret, with a placeholder that the operator replaces
   */
  readonly apiKeySecretArn?: string;

  /**
   * How long logs are kept: one of the numbers of days that CloudWatch knows.
   *
   * @default 30
   */
  readonly logRetentionDays?: RetentionDays;

  /**
   * ARN of an SNS topic that alarms notify.
   *
   * @default - nobody is told; the alarms are seen in the console only
   */
  readonly alarmTopicArn?: string;

  /**
   * Whether `apiHost` may be another host than one of `*.api.mindset.ai`: the API key is sent to it.
   *
   * @default false
   */
  readonly allowAnyApiHost?: boolean;
}

/** The configuration cannot be deployed; `problems` says why, and what to write instead. */
export class DeploymentConfigError extends Error {
  override readonly name = "DeploymentConfigError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    const list = problems.map((problem) => `  - ${problem}`);
    super(["This deployment is not configured yet, or wrongly:", ...list, HOW_TO].join("\n"));
    this.problems = problems;
  }
}

/**
 * Checks a configuration, strictly: a setting that it does not know is a problem too. No value is repeated in a
 * message, because somebody may have written the API key in a wrong place.
 *
 * @param settings e.g. `{ apiHost: "a.api.mindset.ai", appUid: "my-app", issuer: "https://...", audience: "web" }`.
 * @throws DeploymentConfigError with every problem.
 */
export function parseDeploymentConfig(settings: unknown): DeploymentConfig {
  const { data, error } = deploymentSchema.safeParse(settings);
  const { error: hostError } = apiHostSchema.safeParse(settings);
  if (!error && !hostError) return data;
  const problems = toProblems([...(error?.issues ?? []), ...(hostError?.issues ?? [])]);
  throw new DeploymentConfigError([...new Set(problems)]); // what is wrong with the host alone, both schemas say
}

const HOW_TO = `
Write the settings into cdk.json, for example:

  "context": {
    "mindset": {
      "apiHost": "a.api.mindset.ai",
      "appUid": "your-app-uid",
      "issuer": "https://login.example.com/",
      "audience": "your-audience",
      "allowedOrigins": ["https://app.example.com"]
    }
  }

or on the command line, such as  -c mindset.apiHost=a.api.mindset.ai  (README.md lists all settings).
`;
