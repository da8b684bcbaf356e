/** Edge (clock): GetSecretValue, PutSecretValue and their errors in AWS's wire format (AWS JSON 1.1). */
import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Reply } from "../http/reply.ts";

/** An error response of AWS, e.g. `{ error: "ThrottlingException", message: "Rate exceeded" }`. */
export interface AwsError {
  error: string;
  /** @default 400 */
  status?: number;
  message?: string;
}

/** The current version of a secret, as in the response of GetSecretValue. */
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
 * Creates a new version.
 *
 * @param id the name or ARN of the secret; from a name, an ARN is made up.
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

/** The supported operations. */
export type Operation = "GetSecretValue" | "PutSecretValue";

/**
 * Reads the operation of a request, or gives the error for an unsigned request or an unsupported operation.
 *
 * @param accessKeyId if given, the only access key that may read, and none may write. The signature is not checked: the
 *   id is random and goes to the function alone.
 */
export function operationOf(headers: IncomingHttpHeaders, accessKeyId?: string): Operation | Reply {
  if (!headers.authorization?.startsWith("AWS4-HMAC-SHA256 ")) {
    return toErrorReply({ error: "MissingAuthenticationTokenException", message: "Missing Authentication Token" });
  }
  const [, caller] = /\bCredential=([^/]+)\//.exec(headers.authorization) ?? [];
  if (accessKeyId && caller !== accessKeyId) return toErrorReply(UNKNOWN_ACCESS_KEY);
  const operation = String(headers["x-amz-target"]).replace("secretsmanager.", "");
  if (operation === "PutSecretValue" && accessKeyId) return toErrorReply(READ_ONLY);
  if (operation === "GetSecretValue" || operation === "PutSecretValue") return operation;
  return toErrorReply({ error: "UnknownOperationException" });
}

const UNKNOWN_ACCESS_KEY = {
  error: "UnrecognizedClientException",
  message: "The security token included in the request is invalid.",
};

const READ_ONLY = {
  error: "AccessDeniedException",
  message: "This secret holds a real API key and cannot be changed.",
};

/** Secrets by the name or ARN that they were created with. */
export type Secrets = Map<string, SecretVersion>;

/** Answers GetSecretValue, for a name or an ARN. */
export function getSecretValue(secrets: Secrets, body?: Buffer): Reply {
  return withSecret(secrets, body, ({ version }) => ({ headers: AWS_JSON, body: version }));
}

/** Stores a new version, and answers PutSecretValue. */
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

/** Gives the response for an error. */
export function toErrorReply({ error, status = 400, message }: AwsError): Reply {
  return {
    status,
    headers: { ...AWS_JSON, "x-amzn-errortype": error },
    body: { __type: error, Message: message },
  };
}

const AWS_JSON = { "content-type": "application/x-amz-json-1.1" };
