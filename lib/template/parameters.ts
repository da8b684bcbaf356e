/** Pure: which settings are parameters of a template, and what CloudFormation accepts as their values. */
import type { DeploymentConfig } from "../config/deployment-config.ts";
import { DEFAULT_THROTTLE, MAX_RATE, SECRET_ARN, TOPIC_ARN } from "../config/schema.ts";
import { usesCookies } from "../config/sign-in/types.ts";
import { JSON_SEPARATOR, type Parameter, type Parameters } from "./parameter.ts";
import { orEmpty, PATTERNS } from "./patterns.ts";
import { signInParameters } from "./sign-in-parameters.ts";

/** The parameters by name. Settings that decide which resources there are cannot be parameters. */
export function parametersOf(config: DeploymentConfig): Parameters {
  return {
    ...mindsetParameters(config),
    ...signInParameters(config.signIn),
    AllowedOrigins: originsParameter(config),
    ...OPTIONS,
    ...(config.apiKeySecretArn && { ExistingSecretArn: EXISTING_SECRET_ARN }),
  };
}

function mindsetParameters({ allowAnyApiHost }: DeploymentConfig): Parameters {
  return {
    ApiHost: {
      path: ["apiHost"],
      description: "Host of your Mindset API, such as a.api.mindset.ai. The API key is sent to it",
      allowedPattern: allowAnyApiHost ? PATTERNS.anyApiHost : PATTERNS.apiHost,
      constraintDescription: allowAnyApiHost
        ? "must be a host in lower case, without https://"
        : "must be one of Mindset's hosts (*.api.mindset.ai), without https://",
    },
    AppUid: {
      path: ["appUid"],
      description: "The uid of your Mindset application",
      allowedPattern: PATTERNS.appUid,
      constraintDescription: "must be the uid of your application: letters, digits, _ and -, at most 128 characters",
    },
  };
}

function originsParameter({ signIn }: DeploymentConfig): Parameter {
  const isRequired = usesCookies(signIn);
  const purpose =
    "Origins of the pages that may call the endpoint, separated by commas, such as https://app.example.com";
  return {
    path: ["allowedOrigins"],
    type: isRequired ? "CommaDelimitedList" : "OptionalList",
    description: isRequired ? purpose : `${purpose}; leave empty if page and endpoint have the same origin`,
    allowedPattern: isRequired ? PATTERNS.origin : PATTERNS.originsOrEmpty,
    constraintDescription:
      "must be origins, separated by commas: https:// (or http://localhost:PORT), no path and no slash at the end, no *",
    default: isRequired ? undefined : "",
    separator: signIn.type === "lambda" ? "," : JSON_SEPARATOR,
  };
}

const RATE = `must be a number from 1 to ${MAX_RATE}`;

const OPTIONS: Parameters = {
  RateLimit: {
    path: ["throttle", "rateLimit"],
    type: "Number",
    description: "Requests per second, shared by all callers",
    constraintDescription: RATE,
    default: DEFAULT_THROTTLE.rateLimit,
  },
  BurstLimit: {
    path: ["throttle", "burstLimit"],
    type: "Number",
    description: "Requests at the same moment, shared by all callers: a whole number",
    constraintDescription: RATE,
    default: DEFAULT_THROTTLE.burstLimit,
  },
  AlarmTopicArn: {
    path: ["alarmTopicArn"],
    description: "SNS topic that the alarms notify",
    allowedPattern: orEmpty(TOPIC_ARN.source),
    constraintDescription: "must be the ARN of an SNS topic",
    default: "",
  },
};

const EXISTING_SECRET_ARN: Parameter = {
  path: ["apiKeySecretArn"],
  description: "The complete ARN of the secret that holds the Mindset API key",
  allowedPattern: SECRET_ARN.source,
  constraintDescription: "must be the complete ARN of a secret, with the six characters at its end",
};
