/**
 * Pure: a request to AWS and its answer as AWS JSON 1.1 has them.
 *
 * The bundle has this module in place of `@aws-sdk/core/protocols`, which reads and writes any service's types by
 * their schemas: 30 kB, and part of every cold start (lib/function-bundle.ts; figures in bench/README.md). JSON itself
 * is enough for a secret that is text. Signing, endpoints, retries and HTTP stay the SDK's.
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

interface Address {
  protocol: string;
  hostname: string;
  port?: number;
  path: string;
}

/** Stands in for the SDK's class of this name. */
export class AwsJson1_1Protocol {
  readonly #target: string;

  constructor({ serviceTarget }: { serviceTarget: string }) {
    this.#target = serviceTarget;
  }

  /** Part of what the SDK calls; there is nothing to set. */
  setSerdeContext(): void {}

  async serializeRequest({ name }: Operation, input: object, { endpoint }: { endpoint: () => Promise<Address> }) {
    const { protocol, hostname, port, path: base } = await endpoint();
    const path = base.endsWith("/") ? base : `${base}/`; // of an AWS_ENDPOINT_URL
    const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": `${this.#target}.${name}` };
    return { method: "POST", protocol, hostname, port, path, query: {}, headers, body: JSON.stringify(input) };
  }

  /** @throws Error as the SDK does: its `name` is the code that AWS gave. */
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

async function readText(body: NodeJS.ReadableStream): Promise<string> {
  let text = "";
  for await (const chunk of body.setEncoding("utf8")) text += chunk;
  return text;
}

/** A proxy or load balancer may answer with a page of its own, when something is wrong. */
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
