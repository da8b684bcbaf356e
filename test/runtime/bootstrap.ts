/** Entry: a Lambda runtime in its simplest form, for machines on which AWS's own cannot be built. */
import http from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";

const {
  AWS_LAMBDA_RUNTIME_API: runtimeApi = "",
  LAMBDA_TASK_ROOT: taskRoot = "",
  _HANDLER: handlerName = "",
  AWS_LAMBDA_FUNCTION_NAME: functionName,
} = process.env;

const agent = new http.Agent({ keepAlive: true });

function call(method: string, path: string, body = ""): Promise<{ headers: http.IncomingHttpHeaders; text: string }> {
  return new Promise((resolve, reject) => {
    const url = `http://${runtimeApi}/2018-06-01/runtime/${path}`;
    const request = http.request(url, { method, agent }, async (response) => {
      let text = "";
      for await (const chunk of response.setEncoding("utf8")) text += chunk;
      resolve({ headers: response.headers, text });
    });
    request.on("error", reject).end(body);
  });
}

function toReport(error: unknown): string {
  const { name, message, stack = "" } = error instanceof Error ? error : new Error(String(error));
  return JSON.stringify({ errorType: name, errorMessage: message, stackTrace: stack.split("\n") });
}

function loadHandler() {
  const [file = "", name = ""] = handlerName.split(".");
  return createRequire(import.meta.url)(join(taskRoot, `${file}.js`))[name];
}

async function runOnce(handler: ReturnType<typeof loadHandler>) {
  const { headers, text } = await call("GET", "invocation/next");
  const awsRequestId = headers["lambda-runtime-aws-request-id"];
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  const context = {
    awsRequestId,
    functionName,
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

try {
  const handler = loadHandler();
  while (true) await runOnce(handler);
} catch (error) {
  await call("POST", "init/error", toReport(error));
  process.exit(1);
}
