/**
 * A process of its own that reads secrets with a bundle of `lambda/token/api-key/secret.ts`. Cases come on standard input;
 * outcomes and the requests sent go to standard output, as JSON. `node secret-read-probe.ts bundle.js`
 */
import http from "node:http";
import https from "node:https";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** One read of a secret. */
export interface ReadCase {
  name: string;
  /** @default "mindset-api-key" */
  secretId?: string;
  /** Variables in addition to the credentials and the region. */
  env?: Record<string, string>;
  /** Successive responses of the server at `AWS_ENDPOINT_URL_SECRETS_MANAGER`. @default no such server */
  replies?: { status: number; body?: string; headers?: Record<string, string> }[];
  /** Of that variable. @default "" */
  path?: string;
}

/** The outcome of a read. */
export interface ReadOutcome {
  name: string;
  outcome: unknown;
  sent: unknown[];
}

const HOUR_MS = 3_600_000;
const ENVIRONMENT = { AWS_REGION: "eu-west-1", AWS_ACCESS_KEY_ID: "AKIAEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret" };

let sent: unknown[] = [];
let replies: NonNullable<ReadCase["replies"]> = [];

function describe(host: string, method = "", path = "", headers: http.OutgoingHttpHeaders = {}, body?: string) {
  const { authorization, "x-amz-date": time } = headers;
  const date = String(time).replace(/^(....)(..)(..T..)(..)(..Z)$/, "$1-$2-$3:$4:$5");
  return {
    to: host.replace(/:\d+$/, ""),
    method,
    path,
    headers: Object.keys(headers)
      .map((name) => name.toLowerCase())
      .filter((name) => name !== "connection")
      .sort(),
    type: headers["content-type"],
    target: headers["x-amz-target"],
    attempt: headers["amz-sdk-request"],
    scope: /Credential=\w+\/\d+\/([^,]+)/.exec(String(authorization))?.[1],
    clockHours: Math.round((Date.parse(date) - Date.now()) / HOUR_MS),
    ...(body !== undefined && { body }),
  };
}

const server = http.createServer(async (request, response) => {
  const { method, url, headers } = request;
  sent.push(describe(headers.host ?? "", method, url, headers, await text(request)));
  const { status = 500, headers: more, body = "{}" } = replies.shift() ?? {};
  response.writeHead(status, more).end(body);
});

// @ts-expect-error: nothing leaves the machine; every HTTPS request fails
https.request = ({ host, hostname, method, path, headers }: https.RequestOptions) => {
  sent.push(describe(hostname ?? host ?? "", method, path ?? "", headers as http.OutgoingHttpHeaders));
  throw Object.assign(new Error("not there"), { code: "ENOTFOUND" });
};

async function read({ name, secretId = "mindset-api-key", env, replies: script, path = "" }: ReadCase) {
  for (const variable of Object.keys(process.env)) if (variable.startsWith("AWS_")) delete process.env[variable];
  const { port } = server.address() as AddressInfo;
  const endpoint = script && { AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${port}${path}` };
  Object.assign(process.env, ENVIRONMENT, endpoint, env);
  sent = [];
  replies = [...(script ?? [])];
  const outcome = await new Promise((resolve) => resolve(createSecretReader(secretId)())).catch((error) => ({
    code: error.code ?? error.name,
    cause: error.cause?.name,
    message: error.cause?.$metadata?.httpStatusCode && error.cause.message,
    status: error.cause?.$metadata?.httpStatusCode,
  }));
  return { name, outcome, sent };
}

const { createSecretReader } = createRequire(import.meta.url)(process.argv[2] ?? "");
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const outcomes: ReadOutcome[] = [];
for (const one of JSON.parse(await text(process.stdin)) as ReadCase[]) outcomes.push(await read(one));
process.stdout.write(JSON.stringify(outcomes), () => process.exit());
