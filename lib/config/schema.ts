/** Pure: the settings of a deployment, what each must be, and (as its description) what to write when it is not. */
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { z } from "zod";
import { audience, claimName, list, mustBe, scope, text, textWithout } from "./setting-types.ts";
import { apiHostProblem, isMindsetHost, issuerProblem, originProblem } from "./web-address.ts";

const SECRET_ARN = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@!-]+-[A-Za-z0-9]{6}$/;
const TOPIC_ARN = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]+$/;
const RETENTION_DAYS = Object.values(RetentionDays).filter(
  (days) => typeof days === "number" && days !== RetentionDays.INFINITE,
);

const settings = {
  apiHost: textWithout(apiHostProblem).describe('the host of your Mindset API alone, such as "a.api.mindset.ai"'),
  appUid: text
    .regex(/^[A-Za-z0-9_-]{1,128}$/, "must be letters, digits, _ and -, at most 128")
    .describe("the uid of your Mindset application"),
  issuer: textWithout(issuerProblem).describe(
    'the "iss" of your callers\' JWTs to the letter, such as "https://login.example.com/"',
  ),
  audience: z
    .preprocess((value) => (typeof value === "string" ? [value] : value), list(audience).min(1, "is empty"))
    .describe('the "aud" (or "client_id") of your callers\' JWTs, such as "my-app" or ["my-app", "my-other-app"]'),
  scopes: list(scope).optional().describe('the scopes of which a JWT must hold one, such as ["mindset:token"]'),
  allowedOrigins: list(textWithout(originProblem))
    .optional()
    .describe('the exact origins of your pages, such as ["https://app.example.com", "http://localhost:5173"]'),
  identityClaim: claimName.optional().describe('the claim that identifies the caller, such as "sub"'),
  identityField: z
    .enum(["externalId", "userEmail"], "has a value that is not known")
    .optional()
    .describe('"externalId" or "userEmail"'),
  identityMapping: z
    .enum(["auto", "strict"], "has a value that is not known")
    .optional()
    .describe('"auto" or "strict"'),
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
    .describe('requests per second and their burst, such as { "rateLimit": 50, "burstLimit": 100 }'),
  apiKeySecretArn: text
    .regex(SECRET_ARN, "must be the complete ARN of a secret")
    .optional()
    .describe("the ARN as Secrets Manager shows it, with the six characters at its end"),
  logRetentionDays: z
    .number(mustBe("a number"))
    .refine((days) => RETENTION_DAYS.includes(days), "is not one that CloudWatch knows")
    .optional()
    .describe(`one of ${RETENTION_DAYS.join(", ")}`),
  alarmTopicArn: text.regex(TOPIC_ARN, "must be the ARN of an SNS topic").optional().describe("the topic's ARN"),
  allowAnyApiHost: z.boolean(mustBe("true or false")).optional().describe("true or false"),
};

/** Knows no other settings than these, and checks every one of them, also when another is wrong. */
export const deploymentSchema = z.strictObject(settings, mustBe("an object"));

/** The one rule about two settings; apart from the others, because zod checks it only when all of its own are right. */
export const apiHostSchema = z
  .object({ apiHost: settings.apiHost, allowAnyApiHost: z.unknown().optional() }, mustBe("an object"))
  .refine(({ apiHost, allowAnyApiHost }) => allowAnyApiHost === true || isMindsetHost(apiHost), {
    path: ["apiHost"],
    error: "is not one of Mindset's (*.api.mindset.ai) and would be sent the API key; allowAnyApiHost permits it",
  });
