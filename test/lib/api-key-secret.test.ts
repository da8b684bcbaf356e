import { describe, expect, test } from "@jest/globals";
import { CfnResource } from "aws-cdk-lib";
import { API_KEY_PLACEHOLDER } from "../../lambda/contract.ts";
import { ApiKeySecret } from "../../lib/api-key-secret.ts";
import { resourceOf, testStack } from "../support/stack/synth.ts";

const EXISTING = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:mindset-key-a1B2c3";

describe("ApiKeySecret", () => {
  test("creates a secret that contains the placeholder and is kept, unless its first deployment fails", () => {
    const stack = testStack();
    new ApiKeySecret(stack, "ApiKey");
    expect(resourceOf(stack, "AWS::SecretsManager::Secret")).toMatchObject({
      Properties: { SecretString: API_KEY_PLACEHOLDER },
      DeletionPolicy: "RetainExceptOnCreate",
      UpdateReplacePolicy: "Retain",
    });
  });

  test("uses an existing secret by its ARN and creates none", () => {
    const stack = testStack();
    const { secret } = new ApiKeySecret(stack, "ApiKey", { existingSecretArn: EXISTING });
    expect(secret.secretArn).toBe(EXISTING);
    expect(stack.node.findAll().filter(CfnResource.isCfnResource)).toEqual([]);
  });
});
