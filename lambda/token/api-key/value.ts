/** Pure: the value of the secret -> the Mindset API key. */
import { API_KEY_PLACEHOLDER } from "../../contract.ts";
import { ApiKeyInvalidError, ApiKeyNotSetError } from "../errors.ts";

/**
 * @param text the bare key or `{"apiKey":"..."}`; surrounding white space is ignored. Undefined for a binary secret.
 * @throws ApiKeyNotSetError while the secret holds the stack's placeholder.
 * @throws ApiKeyInvalidError when the value cannot be a key; the message says why and never quotes the value.
 */
export function parseApiKey(text: string | undefined): string {
  if (text === undefined) throw invalid("is binary, not text");
  const value = text.trim(); // also removes the byte order mark that some editors and shells add
  const key = value.startsWith("{") ? apiKeyField(value) : value;
  if (key === API_KEY_PLACEHOLDER) {
    throw new ApiKeyNotSetError(
      "The API key is not set yet. Store your Mindset API key in the secret (see the stack outputs SetApiKeyCommand and PutApiKeyCommand).",
    );
  }
  if (key === "") throw invalid("is empty");
  if (!/^[\x21-\x7e]*$/.test(key)) throw invalid("contains characters other than printable ASCII");
  if (key.length > 512) throw invalid("is longer than 512 characters");
  return key;
}

function apiKeyField(text: string): string {
  const { apiKey: key } = parseJson(text) as { apiKey?: unknown };
  if (typeof key !== "string") throw invalid('is JSON without a string field "apiKey"');
  return key.trim();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid("looks like JSON but is not valid JSON");
  }
}

function invalid(what: string): ApiKeyInvalidError {
  return new ApiKeyInvalidError(`The secret ${what}. Store your Mindset API key alone, or as {"apiKey":"..."}.`);
}
