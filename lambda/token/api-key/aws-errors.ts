/** Pure: what AWS answered instead of the secret -> the reason to fail. */
import { SecretAccessError, SecretNotFoundError, SecretUnavailableError, type TokenError } from "../errors.ts";

// These three rules name the permanent errors: the secret or access to it was removed, and the cached key must not be
// used any longer. Everything else counts as an outage, which ends by itself: no response, 5xx, throttling, and also
// expired credentials and invalid signatures, which say something about this instance and its clock, not the secret.
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html

/** The secret is deleted, scheduled for deletion (InvalidRequest), has no value, or its name is not valid. */
const NOT_FOUND = [
  "ResourceNotFoundException",
  "InvalidRequestException",
  "InvalidParameterException",
  "ValidationException",
  "ValidationError",
];
/** The role may not read the secret or use its KMS key, the KMS key is disabled or deleted, or the role is gone. */
const NO_ACCESS = [
  "NotAuthorized",
  "OptInRequired",
  "DecryptionFailure",
  "CredentialsProviderError",
  "UnrecognizedClientException",
  "InvalidClientTokenId",
  "MissingAuthenticationToken",
  "MissingAuthenticationTokenException",
];
/** AccessDeniedException, and errors of KMS by its own names: KMSDisabledException, KMSInvalidStateException, ... */
const REFUSAL = /^(KMS\.?)?(AccessDenied|Disabled|InvalidState|NotFound|InvalidKeyUsage)(Exception)?$/;

/** @param cause an error of the SDK; its name is AWS's error code. */
export function toTokenError(cause: unknown): TokenError {
  const name = cause instanceof Error ? cause.name : "";
  if (NOT_FOUND.includes(name)) {
    return new SecretNotFoundError("The secret does not exist, has no value, or is scheduled for deletion.", { cause });
  }
  if (NO_ACCESS.includes(name) || REFUSAL.test(name)) {
    return new SecretAccessError(
      "AWS denies access to the secret: check the function's role, and the policies of the secret and its KMS key.",
      { cause },
    );
  }
  return new SecretUnavailableError("Secrets Manager is not available. Try again shortly.", { cause });
}
