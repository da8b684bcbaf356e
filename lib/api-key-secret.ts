/** Construct: the secret that holds the Mindset API key, new or existing. */
import { RemovalPolicy, SecretValue, Validations } from "aws-cdk-lib";
import { type ISecret, Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import { API_KEY_PLACEHOLDER } from "../lambda/contract.ts";

/** What `ApiKeySecret` may be given. */
export interface ApiKeySecretProps {
  /**
   * Complete ARN (with the six characters at its end) of a secret that holds the key already,
   * as the bare key or as `{"apiKey":"..."}`. When a customer-managed KMS key encrypts it, the function's role needs
   * `kms:Decrypt` on that key; see `TokenFunctionProps.apiKeySecret`.
   *
   * @default - a new secret, with a placeholder that the operator replaces after the first deployment
   */
  readonly existingSecretArn?: string;
}

/** The Mindset API key in Secrets Manager. The key itself is never part of a template. */
export class ApiKeySecret extends Construct {
  readonly secret: ISecret;

  constructor(scope: Construct, id: string, { existingSecretArn }: ApiKeySecretProps = {}) {
    super(scope, id);
    this.secret = existingSecretArn
      ? Secret.fromSecretCompleteArn(this, "Secret", existingSecretArn)
      : this.newSecret();
  }

  private newSecret(): Secret {
    const secret = new Secret(this, "Secret", {
      description: "Mindset API key",
      // Not a secret: the function refuses to send it. CloudFormation writes the value only when this text changes, so
      // later deployments leave the operator's key alone. Without a value CDK generates one that looks like a key.
      secretStringValue: SecretValue.unsafePlainText(API_KEY_PLACEHOLDER),
      removalPolicy: RemovalPolicy.RETAIN,
    });
    Validations.of(secret).acknowledge({
      id: "AwsSolutions-SMG4",
      reason:
        "Mindset issues the key and has no API to rotate it; the operator puts a new one, which needs no deployment.",
    });
    return secret;
  }
}
