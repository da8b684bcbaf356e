/** Construct: the secret that contains the Mindset API key, new or existing. */
import { RemovalPolicy, SecretValue, Validations } from "aws-cdk-lib";
import { type IKey, Key } from "aws-cdk-lib/aws-kms";
import { type ISecret, Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import { API_KEY_PLACEHOLDER } from "../lambda/contract.ts";

/** Options of `ApiKeySecret`. */
export interface ApiKeySecretProps {
  /**
   * Complete ARN (with the six characters at its end) of a secret that already contains the key, either bare or as
   * `{"apiKey":"..."}`.
   *
   * @default - a new secret, whose placeholder you replace after the first deployment
   */
  readonly existingSecretArn?: string;

  /**
   * ARN of a customer-managed KMS key that encrypts a new secret.
   *
   * @default - the key that AWS manages for Secrets Manager
   */
  readonly kmsKeyArn?: string;
}

/** The Mindset API key in Secrets Manager. The template never contains the key. */
export class ApiKeySecret extends Construct {
  readonly secret: ISecret;

  constructor(scope: Construct, id: string, { existingSecretArn, kmsKeyArn }: ApiKeySecretProps = {}) {
    super(scope, id);
    this.secret = existingSecretArn
      ? Secret.fromSecretCompleteArn(this, "Secret", existingSecretArn)
      : this.newSecret(kmsKeyArn ? Key.fromKeyArn(this, "Key", kmsKeyArn) : undefined);
  }

  private newSecret(encryptionKey: IKey | undefined): Secret {
    const secret = new Secret(this, "Secret", {
      description: "Mindset API key",
      // A placeholder, which the function never sends. CloudFormation writes it only when this text changes, so later
      // deployments keep the real key. Without a value, Secrets Manager would generate one that looks like a key.
      secretStringValue: SecretValue.unsafePlainText(API_KEY_PLACEHOLDER),
      encryptionKey,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, // but not when the first deployment fails
    });
    Validations.of(secret).acknowledge({
      id: "AwsSolutions-SMG4",
      reason: "Mindset issues the key and has no API to rotate it; an operator replaces it, without a deployment.",
    });
    return secret;
  }
}
