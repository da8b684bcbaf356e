/** Verifies AWS Signature Version 4 by computing the signature again. Pure. */
import { createHash, createHmac } from "node:crypto";

/** A request without a query, as it arrived. */
export interface SignedRequest {
  method: string;
  path: string;
  /** By name in lower case. */
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** The expected signer, scope and time. */
export interface ExpectedSigner {
  secretAccessKey: string;
  sessionToken: string;
  region: string;
  service: string;
  /** Milliseconds since 1970. */
  now: number;
}

/**
 * @returns the access key id of the signer.
 * @throws Error that says what is wrong with the signature.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function verifySignature(request: SignedRequest, expected: ExpectedSigner): string {
  function headerOf(name: string) {
    return String(request.headers[name] ?? "");
  }
  const [, accessKeyId = "", scope = "", signed = "", signature] = AUTHORIZATION.exec(headerOf("authorization")) ?? [];
  const time = headerOf("x-amz-date");
  const names = signed.split(";");
  const unsigned = Object.keys(request.headers).filter((name) => MUST_BE_SIGNED.test(name) && !names.includes(name));

  if (!signature) throw new Error(`no signature: "${headerOf("authorization")}"`);
  if (!(Math.abs(expected.now - toMilliseconds(time)) < MAX_SKEW_MS)) throw new Error(`x-amz-date: "${time}"`);
  const expectedScope = `${time.slice(0, 8)}/${expected.region}/${expected.service}/aws4_request`;
  if (scope !== expectedScope) throw new Error(`scope: ${scope} in place of ${expectedScope}`);
  if (headerOf("x-amz-security-token") !== expected.sessionToken) throw new Error("the session token");
  if (unsigned.length > 0) throw new Error(`not signed: ${unsigned}`);

  const lines = names.toSorted().map((name) => `${name}:${headerOf(name).trim().replace(/ +/g, " ")}\n`);
  const canonical = [request.method, request.path, "", lines.join(""), signed, sha256(request.body)].join("\n");
  const key = scope.split("/").reduce<string | Buffer>(hmac, `AWS4${expected.secretAccessKey}`);
  const computed = hmac(key, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(canonical)}`).toString("hex");
  if (signature !== computed) throw new Error(`signature: ${signature} in place of ${computed}`);
  return accessKeyId;
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/,]+)\/([^,]+), ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/;
const MUST_BE_SIGNED = /^(host|x-amz-.*)$/;
const MAX_SKEW_MS = 5 * 60_000;

/** @param time e.g. `20261122T120000Z`. */
function toMilliseconds(time: string): number {
  return Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\dZ)$/, "$1-$2-$3T$4:$5:$6"));
}
function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
