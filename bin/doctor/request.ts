/** Sends one HTTP request (network) and says why no answer came. */

/** Why there was no answer. */
export interface NoAnswer {
  kind: "dns" | "connection" | "tls" | "timeout";
  /** e.g. `"ENOTFOUND"`. */
  reason: string;
}

/** An answer, or why no answer came. `text` has at most 256 KB. */
export type Answer =
  | { response: Response; text: string; noAnswer?: undefined }
  | { response?: undefined; text?: undefined; noAnswer: NoAnswer };

const TIMEOUT_MS = 30_000;
const MAX_TEXT = 256 * 1024;

/** Follows no redirect: a token must not go elsewhere. */
export async function request(url: string, init: RequestInit = {}): Promise<Answer> {
  try {
    const response = await fetch(url, { ...init, redirect: "manual", signal: AbortSignal.timeout(TIMEOUT_MS) });
    return { response, text: (await response.text()).slice(0, MAX_TEXT) };
  } catch (error) {
    return { noAnswer: toNoAnswer(error) };
  }
}

/** @returns the object in a JSON text; `{}` for anything else. */
export function jsonObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
  } catch {
    return {};
  }
}

/** What to do when there is no answer. */
export const NO_ANSWER_ADVICE: Record<NoAnswer["kind"], string> = {
  dns: "The host name does not exist. Check for typos, and that the deployment still exists.",
  connection: "Nothing accepts the connection. Check host and port, firewall and proxy (NODE_USE_ENV_PROXY=1).",
  tls: "The certificate is not valid for this host. Fix the certificate; for a private authority, set NODE_EXTRA_CA_CERTS.",
  timeout: "No answer came within 30 s. Check the network and the proxy, then try again.",
};

function toNoAnswer(error: unknown): NoAnswer {
  const { cause, name } = Object(error) as { cause?: { code?: string; errors?: { code?: string }[] }; name?: string };
  const reason = cause?.code ?? cause?.errors?.[0]?.code ?? name ?? "Error";
  return { kind: kindOf(reason), reason };
}

function kindOf(reason: string): NoAnswer["kind"] {
  if (/^(ENOTFOUND|EAI_)/.test(reason)) return "dns";
  if (/CERT|SIGNATURE|^ERR_(SSL|TLS)|^EPROTO/.test(reason)) return "tls";
  return /^(TimeoutError|UND_ERR_HEADERS_TIMEOUT|UND_ERR_BODY_TIMEOUT)$/.test(reason) ? "timeout" : "connection";
}
