/** Variant (b), the baseline: two hand-written calls over `node:https` with Signature Version 4, without checks, logs or metrics. */
import { createHash, createHmac } from "node:crypto";
import { Agent, type RequestOptions, request } from "node:https";
import type { APIGatewayProxyEventV2 } from "aws-lambda";

/** GET /api/getusertoken/{currentUserId} */
export async function handler({ pathParameters }: APIGatewayProxyEventV2) {
  apiKey ??= await readApiKey();
  const [host = "", path] = [MINDSET_API_HOST, `/api/v1/appuid/${MINDSET_APP_UID}/sdkusers/auth`];
  const headers = { "content-type": "application/json", "x-api-key": apiKey };
  const reply = await post({ host, path, headers }, JSON.stringify({ externalId: pathParameters?.currentUserId }));
  return { statusCode: 200, body: JSON.stringify({ authToken: JSON.parse(reply).authToken }) };
}

const {
  MINDSET_API_HOST,
  MINDSET_APP_UID,
  MINDSET_API_KEY_SECRET_ARN: SecretId,
  AWS_ENDPOINT_URL_SECRETS_MANAGER = "",
  AWS_REGION = "",
  AWS_ACCESS_KEY_ID,
  AWS_SECRET_ACCESS_KEY,
  AWS_SESSION_TOKEN = "",
} = process.env;

const agent = new Agent({ keepAlive: true });
let apiKey: string | undefined;

async function readApiKey(): Promise<string> {
  const { host } = new URL(AWS_ENDPOINT_URL_SECRETS_MANAGER);
  const body = JSON.stringify({ SecretId });
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  const headers = {
    "content-type": "application/x-amz-json-1.1",
    host,
    "x-amz-date": time,
    "x-amz-security-token": AWS_SESSION_TOKEN,
    "x-amz-target": "secretsmanager.GetSecretValue",
  };
  const authorization = sign({ headers, body, time });
  return JSON.parse(await post({ host, path: "/", headers: { ...headers, authorization } }, body)).SecretString;
}

function sign({ headers, body, time }: { headers: Record<string, string>; body: string; time: string }): string {
  const names = Object.keys(headers).join(";");
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const canonical = ["POST", "/", "", lines.join(""), names, sha256(body)].join("\n");
  const scope = `${time.slice(0, 8)}/${AWS_REGION}/secretsmanager/aws4_request`;
  const key = scope.split("/").reduce<string | Buffer>(hmac, `AWS4${AWS_SECRET_ACCESS_KEY}`);
  const signature = hmac(key, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(canonical)}`).toString("hex");
  return `AWS4-HMAC-SHA256 Credential=${AWS_ACCESS_KEY_ID}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function post({ host, path, headers }: RequestOptions & { host: string }, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const [hostname, port] = host.split(":");
    const options = { agent, method: "POST", hostname, port, path };
    const lengths = { ...(headers as object), "content-length": Buffer.byteLength(body) };
    request({ ...options, headers: lengths }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => resolve(text));
    })
      .on("error", reject)
      .end(body);
  });
}
