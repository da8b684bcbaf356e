/** A minimal Lambda runtime client, for machines on which AWS's own cannot be built. CommonJS: Lambda images copy it as it is. */
const http = require("node:http");
const { existsSync } = require("node:fs");
const { join } = require("node:path");

const { AWS_LAMBDA_RUNTIME_API = "", LAMBDA_TASK_ROOT = "", _HANDLER = "", AWS_LAMBDA_FUNCTION_NAME } = process.env;
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

function call(method, path, body = "") {
  return new Promise((resolve, reject) => {
    const [host, port] = AWS_LAMBDA_RUNTIME_API.split(":");
    const options = { agent, method, host, port, path: `/2018-06-01/runtime/${path}` };
    const request = http.request({ ...options, headers: { "content-length": Buffer.byteLength(body) } }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => resolve({ headers: response.headers, text }));
    });
    request.on("error", reject).end(body);
  });
}

async function loadHandler() {
  const [file, name] = _HANDLER.split(".");
  const path = join(LAMBDA_TASK_ROOT, file);
  return (existsSync(`${path}.mjs`) ? await import(`${path}.mjs`) : require(`${path}.js`))[name];
}

async function runOnce(handler) {
  const { headers, text } = await call("GET", "invocation/next");
  const awsRequestId = headers["lambda-runtime-aws-request-id"];
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  const context = {
    awsRequestId,
    functionName: AWS_LAMBDA_FUNCTION_NAME,
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
  try {
    const result = await handler(JSON.parse(text), context);
    await call("POST", `invocation/${awsRequestId}/response`, JSON.stringify(result ?? null));
  } catch (error) {
    await call("POST", `invocation/${awsRequestId}/error`, toReport(error));
  }
}

function toReport(error) {
  const { name, message, stack = "" } = error instanceof Error ? error : new Error(String(error));
  return JSON.stringify({ errorType: name, errorMessage: message, stackTrace: stack.split("\n") });
}

async function main() {
  let handler;
  try {
    handler = await loadHandler();
  } catch (error) {
    await call("POST", "init/error", toReport(error));
    process.exit(1);
  }
  while (true) await runOnce(handler);
}

main();
