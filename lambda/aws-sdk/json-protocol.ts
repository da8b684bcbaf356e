/**
 * Pure: writes requests and reads responses in the AWS JSON 1.1 protocol.
 *
 * Replaces `@aws-sdk/core/protocols` in the bundle (see README.md).
 *
 * @see https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */

interface Operation {
  name: string;
}

interface Response {
  statusCode: number;
  /** By name in lower case. */
  headers: Record<string, string>;
  body: NodeJS.ReadableStream;
}

interface Endpoint {
  protocol: string;
  hostname: string;
  port?: number;
  path: string;
}

/** Replaces the SDK's class of the same name. */
export class AwsJson1_1Protocol {
  readonly #target: string;

  constructor({ serviceTarget }: { serviceTarget: string }) {
    this.#target = serviceTarget;
  }

  /** The SDK calls this; there is nothing to set. */
  setSerdeContext(): void {}

  async serializeRequest({ name }: Operation, input: object, { endpoint }: { endpoint: () => Promise<Endpoint> }) {
    const { protocol, hostname, port, path: base } = await endpoint();
    const path = base.endsWith("/") ? base : `${base}/`; // AWS_ENDPOINT_URL may have a path
    const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": `${this.#target}.${name}` };
    return { method: "POST", protocol, hostname, port, path, query: {}, headers, body: JSON.stringify(input) };
  }

  /** @throws Error like the SDK's: its `name` is AWS's error code. */
  async deserializeResponse(_operation: Operation, _context: unknown, response: Response) {
    const { statusCode, headers } = response;
    const $metadata = { httpStatusCode: statusCode, requestId: headers["x-amzn-requestid"] };
    const body = parseObject(await readText(response.body), statusCode);
    if (statusCode < 300) return { ...body, $metadata };
    const message = body.message ?? body.Message ?? "UnknownError";
    const $fault = statusCode < 500 ? "client" : "server";
    throw Object.assign(new Error(String(message)), { name: errorName(body, headers), $fault, $metadata });
  }
}

function readText(body: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    body.setEncoding("utf8").on("data", (chunk) => {
      text += chunk;
    });
    body.on("end", () => resolve(text)).on("error", reject);
  });
}

/** The body of an error may be something else, such as a proxy's HTML page. */
function parseObject(text: string, statusCode: number): Record<string, unknown> {
  try {
    return Object(text === "" ? {} : JSON.parse(text));
  } catch (error) {
    if (statusCode < 300) throw error;
    return {};
  }
}

/** e.g. `com.amazonaws.secretsmanager#ResourceNotFoundException:http://...` -> `ResourceNotFoundException`. */
function errorName({ __type, code }: Record<string, unknown>, headers: Record<string, string>): string {
  const name = String(__type ?? code ?? headers["x-amzn-errortype"] ?? "Unknown");
  return name.split(/[,:]/, 1)[0]?.split("#").at(-1) ?? name;
}
