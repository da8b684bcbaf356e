import type { IncomingMessage, ServerResponse } from "node:http";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { AwsJson1_1Protocol } from "../../../lambda/aws-sdk/json-protocol.ts";
import { type LocalServer, startServer } from "../../../local/http/server.ts";

interface Sent {
  status: number;
  body: string;
  headers?: Record<string, string>;
}

let server: LocalServer;
let sent: Sent = { status: 200, body: "{}" };
let received: { line: string; headers: IncomingMessage["headers"]; body: string }[] = [];

beforeAll(async () => {
  server = await startServer({
    port: 0,
    listener: async (request: IncomingMessage, response: ServerResponse) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      received.push({ line: `${request.method} ${request.url}`, headers: request.headers, body });
      response.writeHead(sent.status, { "x-amzn-requestid": "request-1", ...sent.headers }).end(sent.body);
    },
  });
});
afterAll(() => server.close());

function settings() {
  return {
    region: "eu-west-1",
    endpoint: server.url,
    credentials: { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "secret" },
    maxAttempts: 2,
  };
}

/** The outcome of one read, and the requests that the server received. */
async function read(client: SecretsManagerClient, response: Sent) {
  sent = response;
  received = [];
  const outcome = await client.send(new GetSecretValueCommand({ SecretId: 'k"é' })).then(
    ({ SecretString, $metadata }) => ({ SecretString, status: $metadata.httpStatusCode, id: $metadata.requestId }),
    (error) => ({
      name: error.name,
      message: error.message,
      fault: error.$fault,
      status: error.$metadata?.httpStatusCode,
      id: error.$metadata?.requestId,
      serverResponded: error.$response?.statusCode,
    }),
  );
  return {
    outcome,
    received: received.map(({ line, headers, body }) => ({
      line,
      body,
      type: headers["content-type"],
      length: headers["content-length"],
      target: headers["x-amz-target"],
      signedHeaders: /SignedHeaders=([^,]+)/.exec(headers.authorization ?? "")?.[1],
    })),
  };
}

describe("reads a response as the SDK's own protocol does", () => {
  test.each<[string, Sent]>([
    ["a secret", { status: 200, body: '{"ARN":"arn","SecretString":"k\\u00e9y","CreatedDate":1.7e9}' }],
    ["a binary secret", { status: 200, body: '{"SecretBinary":"a2V5"}' }],
    ["an empty body", { status: 200, body: "" }],
    ["an error", { status: 400, body: '{"__type":"ResourceNotFoundException","Message":"none"}' }],
    ["an error with a namespace", { status: 400, body: '{"__type":"com.amazonaws.secretsmanager#DecryptionFailure"}' }],
    ["an error with a URL", { status: 400, body: '{"__type":"InvalidRequestException:http://aws/"}' }],
    ["an error that the SDK does not know", { status: 400, body: '{"__type":"AccessDeniedException","message":"no"}' }],
    ["an error in a header", { status: 403, body: "{}", headers: { "x-amzn-errortype": "ExpiredTokenException:" } }],
    ["an error with both messages", { status: 400, body: '{"__type":"X","message":"a","Message":"b"}' }],
    ["a redirect", { status: 300, body: '{"SecretString":"key"}' }],
    ["an error as a code", { status: 400, body: '{"code":"ValidationException"}' }],
    ["an error without a name", { status: 400, body: "" }],
    ["a failure that is retried", { status: 500, body: '{"__type":"InternalServiceError"}' }],
    ["a throttling error that is retried", { status: 400, body: '{"__type":"ThrottlingException"}' }],
  ])("%s", async (_, response) => {
    const theirs = await read(new SecretsManagerClient(settings()), response);
    // biome-ignore lint/suspicious/noExplicitAny: the SDK's type has more in it than a client of JSON needs
    const ours = await read(new SecretsManagerClient({ ...settings(), protocol: AwsJson1_1Protocol as any }), response);
    expect(ours).toEqual(theirs);
  });
});

test.each(["/", "/proxy", "/proxy/"])(
  "sends the request as the SDK's own protocol does to an endpoint with path %s",
  async (path) => {
    const toPath = { ...settings(), endpoint: `${server.url}${path}` };
    const response = { status: 200, body: '{"SecretString":"key"}' };
    const theirs = await read(new SecretsManagerClient(toPath), response);
    // biome-ignore lint/suspicious/noExplicitAny: as above
    expect(await read(new SecretsManagerClient({ ...toPath, protocol: AwsJson1_1Protocol as any }), response)).toEqual(
      theirs,
    );
  },
);

describe("a response that never ends", () => {
  let stalling: LocalServer;
  beforeAll(async () => {
    function listener(_: IncomingMessage, response: ServerResponse) {
      return response.writeHead(200, { "content-length": 100 }).write('{"SecretString":');
    }
    stalling = await startServer({ port: 0, listener });
  });
  afterAll(() => stalling.close());

  test.each([
    ["the SDK's", {}],
    // biome-ignore lint/suspicious/noExplicitAny: as above
    ["our", { protocol: AwsJson1_1Protocol as any }],
  ])(
    "is aborted by the signal (%s protocol)",
    async (_, protocol) => {
      const client = new SecretsManagerClient({ ...settings(), endpoint: stalling.url, ...protocol });
      const abortSignal = AbortSignal.timeout(300);
      const failure = client.send(new GetSecretValueCommand({ SecretId: "k" }), { abortSignal });
      await expect(failure).rejects.toThrow(/abort/i);
    },
    5_000,
  );
});

describe("a body that is not JSON", () => {
  function client() {
    // biome-ignore lint/suspicious/noExplicitAny: as above
    return new SecretsManagerClient({ ...settings(), protocol: AwsJson1_1Protocol as any });
  }

  test("fails with the status of an error response, such as a proxy's page", async () => {
    const { outcome } = await read(client(), { status: 400, body: "<html>" });
    expect(outcome).toMatchObject({ name: "Unknown", status: 400, fault: "client" });
  });

  test("fails with SyntaxError in a success response", async () => {
    const { outcome } = await read(client(), { status: 200, body: "<html>" });
    expect(outcome).toMatchObject({ name: "SyntaxError", status: 200 });
  });
});
