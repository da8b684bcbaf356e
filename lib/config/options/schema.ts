/** Pure: what each option of the stack must be. */
import { z } from "zod";
import { flag, list, matching, mustBe, oneOf, text } from "../values.ts";
import type { StackOptions } from "./types.ts";

const CERTIFICATE_ARN = /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[a-z0-9-]+$/;
const KEY_ARN = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/;
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/;

export const OPTIONS = {
  customDomain: z
    .strictObject(
      {
        domainName: text(matching(DOMAIN, "must be a domain in lower case, without https://")).describe(
          'your own domain, such as "api.example.com"',
        ),
        certificateArn: text(matching(CERTIFICATE_ARN, "must be the ARN of an ACM certificate")).describe(
          "the ARN of a certificate for the domain, in the region of the stack",
        ),
        hostedZone: z
          .strictObject(
            { id: text(), name: text(matching(DOMAIN, "must be a domain, without a dot at the end")) },
            mustBe("an object"),
          )
          .optional()
          .describe('the Route 53 zone, such as { "id": "Z0123456789ABC", "name": "example.com" }'),
        disableExecuteApiEndpoint: flag.optional().describe("true or false"),
      },
      mustBe("an object"),
    )
    .optional()
    .describe('an object such as { "domainName": "api.example.com", "certificateArn": "arn:aws:acm:..." }'),
  memorySize: z
    .int(mustBe("a whole number"))
    .min(128, "must be at least 128")
    .max(10_240, "must be at most 10240")
    .optional()
    .describe("a number of MB, such as 512"),
  architecture: oneOf("arm64", "x86_64").optional().describe('"arm64" or "x86_64"'),
  kmsKeyArn: text(matching(KEY_ARN, "must be the ARN of a KMS key, not of an alias"))
    .optional()
    .describe("the key's ARN, such as arn:aws:kms:REGION:ACCOUNT:key/ID"),
  reservedConcurrency: z
    .int(mustBe("a whole number"))
    .min(0, "must be at least 0")
    .optional()
    .describe("a number of instances"),
  vpc: z
    .strictObject(
      {
        subnetIds: list(text(matching(/^subnet-[0-9a-f]+$/, "must be the id of a subnet"))).min(1, "is empty"),
        securityGroupIds: list(text(matching(/^sg-[0-9a-f]+$/, "must be the id of a security group"))).min(
          1,
          "is empty",
        ),
      },
      mustBe("an object"),
    )
    .optional()
    .describe('an object such as { "subnetIds": ["subnet-..."], "securityGroupIds": ["sg-..."] }'),
  retainLogs: flag.optional().describe("true or false"),
  dashboard: flag.optional().describe("true or false"),
  tracing: flag.optional().describe("true or false"),
} satisfies Record<keyof StackOptions, z.ZodType>;
