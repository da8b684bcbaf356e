/** Pure: what each setting must be and, as its description, what to write otherwise. */
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { z } from "zod";
import { apiHostProblem } from "../../lambda/contract.ts";
import type { DeploymentConfig } from "./deployment-config.ts";
import { issuerProblem, originProblem } from "./web-address.ts";

const SECRET_ARN = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@!-]+-[A-Za-z0-9]{6}$/;
const TOPIC_ARN = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]+$/;
const RETENTION_DAYS = Object.values(RetentionDays).filter(
  (days) => typeof days === "number" && days !== RetentionDays.INFINITE,
);

// An error continues the setting's name: "issuer" + "is missing".
const text = z.string(mustBe("text")).min(1, { error: "is empty", abort: true });
const claimName = text.regex(/^[\x21-\x7e]{1,256}$/, "must be the name of a claim, without spaces");
const audience = text.regex(/^[\x21-\x7e]{1,1000}$/, "must be one audience, without spaces");
const scope = text.regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, "must be one scope, without spaces"); // RFC 6749 section 3.3

/** Each setting by its name. The compiler holds the names against {@link DeploymentConfig}. */
export const SETTINGS = {
  apiHost: textWithout(apiHostProblem).describe('the host of your Mindset API alone, such as "a.api.mindset.ai"'),
  appUid: text
    .regex(/^[A-Za-z0-9_-]{1,128}$/, "must be letters, digits, _ and -, at most 128")
    .describe("the uid of your Mindset application"),
  issuer: textWithout(issuerProblem).describe(
    'the exact "iss" of your callers\' JWTs, such as "https://login.example.com/"',
  ),
  audience: z
    .preprocess((value) => (typeof value === "string" ? [value] : value), list(audience).min(1, "is empty"))
    .describe('the "aud" (or "client_id") of your callers\' JWTs, such as "my-app" or ["my-app", "my-other-app"]'),
  scopes: list(scope).optional().describe('scopes of which a JWT must contain one, such as ["mindset:token"]'),
  allowedOrigins: list(textWithout(originProblem))
    .optional()
    .describe('the exact origins of your pages, such as ["https://app.example.com", "http://localhost:5173"]'),
  identityClaim: claimName.optional().describe('the claim that identifies the caller, such as "sub"'),
  identityField: oneOf("externalId", "userEmail").optional().describe('"externalId" or "userEmail"'),
  identityMapping: oneOf("auto", "strict").optional().describe('"auto" or "strict"'),
  nameClaim: claimName.optional().describe('the claim with the caller\'s friendly name, such as "name"'),
  throttle: z
    .strictObject(
      {
        rateLimit: z.number(mustBe("a number")).min(1, "must be at least 1").optional(),
        burstLimit: z.int(mustBe("a whole number")).min(1, "must be at least 1").optional(),
      },
      mustBe("an object"),
    )
    .optional()
    .describe('requests per second and burst, such as { "rateLimit": 50, "burstLimit": 100 }'),
  apiKeySecretArn: text
    .regex(SECRET_ARN, "must be the complete ARN of a secret")
    .optional()
    .describe("the ARN as Secrets Manager shows it, with the six characters at its end"),
  logRetentionDays: z
    .number(mustBe("a number"))
    .refine((days) => RETENTION_DAYS.includes(days), "is not supported by CloudWatch")
    .optional()
    .describe(`one of ${RETENTION_DAYS.join(", ")}`),
  alarmTopicArn: text.regex(TOPIC_ARN, "must be the ARN of an SNS topic").optional().describe("the topic's ARN"),
  allowAnyApiHost: z.boolean(mustBe("true or false")).optional().describe("true or false"),
} satisfies Record<keyof DeploymentConfig, z.ZodType>;

/** All settings; an unknown one is an error. */
export const deploymentSchema = z.strictObject(SETTINGS, mustBe("an object"));

/** The error of a setting that is absent or has the wrong type, e.g. `z.boolean(mustBe("true or false"))`. */
function mustBe(type: string) {
  return {
    error: ({ input }: { input?: unknown }) => (input === undefined ? "is missing" : `must be ${type}`),
  };
}

function textWithout(problemOf: (value: string) => string | undefined) {
  return text.superRefine((value, context) => {
    const problem = problemOf(value);
    if (problem) context.addIssue(problem);
  });
}

function oneOf<const T extends string>(...values: T[]) {
  return z.enum(values, "has an unknown value");
}

function list<T extends z.ZodType>(item: T) {
  return z.array(item, mustBe("a list"));
}
