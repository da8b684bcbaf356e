/** Pure: the result of a function (payload format 2.0) as the HTTP response that an HTTP API makes of it. */

/** A response to send. */
export interface GatewayResponse {
  status: number;
  /** A header with several values has an array, e.g. `set-cookie`. */
  headers: Record<string, string | string[]>;
  body: string | Buffer;
}

/**
 * Converts a function's result.
 *
 * A result without `statusCode` becomes the body of a 200. An invalid `statusCode`, header or body gives a 500.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function toGatewayResponse(result: unknown): GatewayResponse {
  if (!isObject(result) || !("statusCode" in result)) return inferredResponse(result);

  const { statusCode, headers = {}, cookies, body = "", isBase64Encoded } = result;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599 || !isObject(headers) || typeof body !== "string") {
    return gatewayMessage(500, "Internal Server Error");
  }
  return {
    status,
    headers: {
      "content-type": "text/plain;charset=UTF-8",
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)])),
      ...(Array.isArray(cookies) && cookies.length > 0 && { "set-cookie": cookies.map(String) }),
    },
    body: isBase64Encoded ? Buffer.from(body, "base64") : body,
  };
}

/** A response of API Gateway itself, e.g. 404 `{"message":"Not Found"}`. */
export function gatewayMessage(status: number, message: string, headers = {}): GatewayResponse {
  return {
    status,
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ message }),
  };
}

function inferredResponse(result: unknown): GatewayResponse {
  return {
    status: 200,
    headers: { "content-type": "application/json" },
    body: typeof result === "string" ? result : JSON.stringify(result),
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
