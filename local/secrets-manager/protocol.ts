/** Edge (clock): GetSecretValue and its errors as AWS writes them (AWS JSON 1.1). */
import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Reply } from "../http/reply.ts";

/** An error of AWS, e.g. `{ error: "ThrottlingException", message: "Rate exceeded" }`. */
export interface AwsError {
  error: string;
  /** @default 400, as nearly all of them have */
  status?: number;
  message?: string;
}

/** The current version of a secret, as GetSecretValue answers it. */
export interface SecretVersion {
  ARN: string;
  Name: string;
  VersionId: string;
  VersionStages: string[];
  /** Seconds since 1970. */
  CreatedDate: number;
  SecretString?: string;
  /** Base64. */
  SecretBinary?: string;
}

/**
 * Makes a new version.
 *
 * @param id name or ARN of the secret; a name is given an ARN.
 */
export function toSecretVersion(
  id: string,
  value: Pick<SecretVersion, "SecretString" | "SecretBinary">,
): SecretVersion {
  return {
    ARN: id.startsWith("arn:") ? id : `arn:aws:secretsmanager:us-east-1:123456789012:secret:${id}-LoCaL1`,
    Name: id.startsWith("arn:") ? (id.split(":")[6] ?? id).replace(/-[A-Za-z0-9]{6}$/, "") : id,
    VersionId: randomUUID(),
    VersionStages: ["AWSCURRENT"],
    CreatedDate: Date.now() / 1000,
    ...value,
  };
}

/** What {@link operationOf} knows. */
export type Operation = "GetSecretValue" | "PutSecretValue";

/** The operation that is asked for, or the answer to a request that nobody signed or that asks for another one. */
export function operationOf(headers: IncomingHttpHeaders): Operation | Reply {
  if (!headers.authorization?.startsWith("AWS4-HMAC-SHA256 ")) {
    return toErrorReply({ error: "MissingAuthenticationTokenException", message: "Missing Authentication Token" });
  }
  const operation = String(headers["x-amz-target"]).replace("secretsmanager.", "");
  return operation === "GetSecretValue" || operation === "PutSecretValue"
    ? operation
    : toErrorReply({ error: "UnknownOperationException" });
}

/** Secrets by the name or ARN under which they were stored first. */
export type Secrets = Map<string, SecretVersion>;

/** Answers GetSecretValue; the secret may be named by name or ARN. */
export function getSecretValue(secrets: Secrets, body?: Buffer): Reply {
  return withSecret(secrets, body, ({ version }) => ({ headers: AWS_JSON, body: version }));
}

/** Answers PutSecretValue, and stores the new version. */
export function putSecretValue(secrets: Secrets, body?: Buffer): Reply {
  return withSecret(secrets, body, ({ key, version, request: { SecretString = "" } }) => {
    const { ARN, Name } = version;
    const stored = { ...toSecretVersion(key, { SecretString }), ARN, Name };
    secrets.set(key, stored);
    return { headers: AWS_JSON, body: { ARN, Name, VersionId: stored.VersionId, VersionStages: stored.VersionStages } };
  });
}

interface Found {
  key: string;
  version: SecretVersion;
  request: { SecretString?: string };
}

function withSecret(secrets: Secrets, body: Buffer = Buffer.alloc(0), answer: (found: Found) => Reply): Reply {
  try {
    const { SecretId: id, ...request } = JSON.parse(body.toString());
    for (const [key, version] of secrets) {
      if (id === version.ARN || id === version.Name) return answer({ key, version, request });
    }
    return toErrorReply({
      error: "ResourceNotFoundException",
      message: "Secrets Manager can't find the specified secret.",
    });
  } catch {
    return toErrorReply({ error: "SerializationException" });
  }
}

/** Writes an error. */
export function toErrorReply({ error, status = 400, message }: AwsError): Reply {
  return {
    status,
    headers: { ...AWS_JSON, "x-amzn-errortype": error },
    body: { __type: error, ...(message !== undefined && { Message: message }) },
  };
}

const AWS_JSON = { "content-type": "application/x-amz-json-1.1" };
