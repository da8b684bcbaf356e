/** Sends GET requests over HTTPS: a deadline, a size limit, no redirects. I/O: network. */
import { isUtf8 } from "node:buffer";
import http, { type OutgoingHttpHeaders } from "node:http";
import https from "node:https";
import { isAllowedUrl } from "./url.ts";

/** One request and its limits. */
export interface TextRequest {
  /** `https://...`; `http://` only on this machine, for local trials. */
  url: string;
  headers?: OutgoingHttpHeaders;
  /** For the whole exchange, including connecting. */
  timeoutMs: number;
  maxBytes: number;
}

/** A reply; `text` is empty unless the status is 200. */
export interface TextReply {
  status: number;
  text: string;
}

/**
 * Connections are not reused: an answer that arrives late on one would be mistaken for the next caller's, and these answers say who
 * the caller is. TLS sessions are resumed, so that a handshake needs one round trip.
 */
const AGENT_OPTIONS = {
  keepAlive: false,
  // Node.js gives each address of a host 250 ms; a distant host with an unreachable IPv6 address needs more.
  autoSelectFamilyAttemptTimeout: 600,
};
const MAX_HEADER_BYTES = 16 * 1024;
const secure = new https.Agent({ ...AGENT_OPTIONS, rejectUnauthorized: true });
const plain = new http.Agent(AGENT_OPTIONS);

/**
 * Sends one request.
 *
 * @throws Error on network failures, timeouts and replies that are too large. Redirects are replies like others.
 */
export function getText({ url, headers, timeoutMs, maxBytes }: TextRequest): Promise<TextReply> {
  const isSecure = url.startsWith("https:");
  return new Promise((resolve, reject) => {
    if (!isAllowedUrl(url)) throw new Error("the URL is not https");
    const options = { agent: isSecure ? secure : plain, headers, maxHeaderSize: MAX_HEADER_BYTES };
    const request = (isSecure ? https : http).get(url, options);
    const timer = setTimeout(() => fail(new Error("no answer in time")), timeoutMs);
    function fail(error: Error) {
      reject(error);
      request.destroy();
    }
    request.on("error", fail);
    request.on("close", () => {
      clearTimeout(timer);
      fail(new Error("the connection was closed"));
    });
    request.on("response", (response) => {
      const { statusCode: status = 0 } = response;
      if (status !== 200) {
        resolve({ status, text: "" });
        request.destroy();
        return;
      }
      const chunks: Buffer[] = [];
      let size = 0;
      response.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size > maxBytes) fail(new Error("the answer is too large"));
        else chunks.push(chunk);
      });
      response.on("end", () => {
        const body = Buffer.concat(chunks);
        // Decoding would replace invalid bytes, so that different ids could become one.
        if (isUtf8(body)) resolve({ status, text: body.toString("utf8") });
        else fail(new Error("the answer is not UTF-8"));
      });
    });
  });
}
