/** Entry: a Lambda runtime client in its simplest form, where AWS's own has not been built (`npm run test:runtime`). */
const http = require("node:http");
const { existsSync } = require("node:fs");
const { join } = require("node:path");

const { AWS_LAMBDA_RUNTIME_API = "", LAMBDA_TASK_ROOT = "", _HANDLER = "", AWS_LAMBDA_FUNCTION_NAME } = process.env;
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

const call = (method, path, body = "") =>
  new Promise((resolve, reject) => {
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

const loadHandler = async () => {
  const [file, name] = _HANDLER.split(".");
  const path = join(LAMBDA_TASK_ROOT, file);
  return (existsSync(`${path}.mjs`) ? await import(`${path}.mjs`) : require(`${path}.js`))[name];
};

const answerOne = async (handler) => {
  const { headers, text } = await call("GET", "invocation/next");
  const awsRequestId = headers["lambda-runtime-aws-request-id"];
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  const getRemainingTimeInMillis = () => deadline - Date.now();
  try {
    const context = { awsRequestId, functionName: AWS_LAMBDA_FUNCTION_NAME, getRemainingTimeInMillis };
    const result = await handler(JSON.parse(text), context);
    await call("POST", `invocation/${awsRequestId}/response`, JSON.stringify(result));
  } catch (error) {
    const report = { errorType: error?.name, errorMessage: error?.message, stackTrace: error?.stack?.split("\n") };
    await call("POST", `invocation/${awsRequestId}/error`, JSON.stringify(report));
  }
};

const main = async () => {
  const handler = await loadHandler();
  while (true) await answerOne(handler);
};

main();
