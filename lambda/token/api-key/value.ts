/** Pure: the value of the secret -> the Mindset API key, or what it holds instead. */
import { API_KEY_PLACEHOLDER } from "../../contract.ts";
import { ApiKeyInvalidError, ApiKeyNotSetError } from "../errors.ts";

/**
 * @param text the bare key or `{"apiKey":"..."}`, with white space around it or not; undefined when the secret is bytes.
 * @throws ApiKeyNotSetError while the secret holds the stack's placeholder.
 * @throws ApiKeyInvalidError for anything that cannot be a key; the message says what, never the value.
 */
export function parseApiKey(text: string | undefined): string {
  if (text === undefined) throw invalid("is binary, not text");
  const value = text.trim(); // also takes off the byte order mark that some editors and shells put there
  const key = value.startsWith("{") ? apiKeyField(value) : value;
  if (key === API_KEY_PLACEHOLDER) {
    throw new ApiKeyNotSetError(
      "The API key is not set yet: put Mindset's key into the secret (see SetApiKeyCommand).",
    );
  }
  if (key === "") throw invalid("is empty");
  if (!/^[\x21-\x7e]*$/.test(key)) throw invalid("holds characters other than printable ASCII");
  if (key.length > 512) throw invalid("is longer than 512 characters");
  return key;
}

function apiKeyField(text: string): string {
  const { apiKey: key } = parseJson(text) as { apiKey?: unknown };
  if (typeof key !== "string") throw invalid('is JSON without a string "apiKey"');
  return key.trim();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid("begins like JSON and is none");
  }
}

function invalid(what: string): ApiKeyInvalidError {
  return new ApiKeyInvalidError(`The secret ${what}: store Mindset's API key alone, or {"apiKey":"..."}.`);
}
