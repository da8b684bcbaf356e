/** Pure: what each setting must be and, as its description, what to write otherwise. */
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { z } from "zod";
import { apiHostProblem } from "../../lambda/contract.ts";
import type { DeploymentConfig } from "./deployment-config.ts";
import { grantsSchema } from "./grants/schema.ts";
import { OPTIONS } from "./options/schema.ts";
import { signInSchema } from "./sign-in/schema.ts";
import { claimName, flag, list, matching, mustBe, oneOf, text } from "./values.ts";
import { originProblem } from "./web-address.ts";

/** The complete ARN of a secret. */
export const SECRET_ARN =
  /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@!-]+-[A-Za-z0-9]{6}$/;
/** The ARN of an SNS topic. */
export const TOPIC_ARN = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]+$/;
/** Ten times API Gateway's default quota, which AWS raises on request. */
export const MAX_RATE = 100_000;
/** Requests per second and burst without the setting. */
export const DEFAULT_THROTTLE = { rateLimit: 50, burstLimit: 100 };
const TOO_HIGH = `must be at most ${MAX_RATE}`;
const RETENTION_DAYS = Object.values(RetentionDays).filter(
  (days) => typeof days === "number" && days !== RetentionDays.INFINITE,
);

/** Each setting by its name. The compiler compares the names with {@link DeploymentConfig}. */
export const SETTINGS = {
  apiHost: text(apiHostProblem).describe('the host of your Mindset API alone, such as "a.api.mindset.ai"'),
  appUid: text(appUidProblem).describe("the uid of your Mindset application"),
  signIn: signInSchema,
  allowedOrigins: list(text(originProblem))
    .optional()
    .describe('the exact origins of your pages, such as ["https://app.example.com", "http://localhost:5173"]'),
  identityClaim: claimName.optional().describe('the claim that identifies the caller, such as "sub"'),
  allowMutableIdentityClaim: flag.optional().describe("true or false"),
  acceptIdTokens: flag.optional().describe("true or false"),
  identityField: oneOf("externalId", "userEmail").optional().describe('"externalId" or "userEmail"'),
  identityMapping: oneOf("auto", "strict").optional().describe('"auto" or "strict"'),
  nameClaim: claimName.optional().describe('the claim with the caller\'s friendly name, such as "name"'),
  grants: grantsSchema.optional(),
  throttle: z
    .strictObject(
      {
        rateLimit: z.number(mustBe("a number")).min(1, "must be at least 1").max(MAX_RATE, TOO_HIGH).optional(),
        burstLimit: z.int(mustBe("a whole number")).min(1, "must be at least 1").max(MAX_RATE, TOO_HIGH).optional(),
      },
      mustBe("an object"),
    )
    .optional()
    .describe(`requests per second and burst, such as ${JSON.stringify(DEFAULT_THROTTLE)}`),
  apiKeySecretArn: text(matching(SECRET_ARN, "must be the complete ARN of a secret"))
    .optional()
    .describe("the ARN as Secrets Manager shows it, with the six characters at its end"),
  logRetentionDays: z
    .number(mustBe("a number"))
    .refine((days) => RETENTION_DAYS.includes(days), "is not supported by CloudWatch")
    .optional()
    .describe(`one of ${RETENTION_DAYS.join(", ")}`),
  alarmTopicArn: text(matching(TOPIC_ARN, "must be the ARN of an SNS topic")).optional().describe("the topic's ARN"),
  allowAnyApiHost: flag.optional().describe("true or false"),
  ...OPTIONS,
} satisfies Record<keyof DeploymentConfig, z.ZodType>;

/** All settings; an unknown one is an error. */
export const deploymentSchema = z.strictObject(SETTINGS, mustBe("an object"));

function appUidProblem(value: string): string | undefined {
  if (value === "your-app-uid") return "is still the placeholder";
  return matching(/^[A-Za-z0-9_-]{1,128}$/, "must be letters, digits, _ and -, at most 128")(value);
}
