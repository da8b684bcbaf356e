/** Prints the OpenAPI document of the routes and errors: `npm run build:openapi` writes docs/openapi.json. */
import { PUBLIC_ERRORS, ROUTES } from "../lambda/contract.ts";

const GATEWAY_MESSAGES: Record<number, string> = {
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  429: "Too Many Requests",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

const DESCRIPTIONS: Record<number, string> = {
  200: "A token for the caller",
  400: "The body is not valid",
  401: "The sign-in is missing, has expired or is not from a configured issuer",
  403: "The caller is not allowed to have a token, or not this one",
  404: "API Gateway has no such route",
  413: "The body is over 8 KB",
  429: "The throttle of the endpoint is reached",
  500: "The service is misconfigured, or failed unexpectedly",
  502: "Mindset rejected the request, or cannot be reached",
  503: "Mindset, Secrets Manager or Lambda is unavailable",
  504: "No answer in time",
};

const HEADERS = {
  "cache-control": { required: true, schema: { type: "string", const: "no-store" } },
  "x-content-type-options": { required: true, schema: { type: "string", const: "nosniff" } },
  "x-request-id": { required: true, schema: { type: "string" }, description: "The id of the request in the logs" },
};

/** The OpenAPI 3.1 document, with errors and statuses from the contract. */
export function toOpenApi(version: string) {
  return {
    openapi: "3.1.0",
    info: {
      title: "Mindset token endpoint",
      version,
      description: "Gives each signed-in user a Mindset token.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [
      {
        url: "https://{api}.execute-api.{region}.amazonaws.com",
        variables: { api: { default: "abc123" }, region: { default: "eu-west-1" } },
      },
    ],
    // The setting `signIn` determines which of the two a deployment accepts.
    security: [{ bearer: [] }, { cookie: [] }],
    paths: toPaths(),
    components: {
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", description: "An access token of your identity provider" },
        cookie: { type: "apiKey", in: "cookie", name: "session", description: "Your application's session cookie" },
      },
      schemas: { Token, TokenRequest, Error: ErrorSchema, GatewayError },
    },
  };
}

const Token = {
  type: "object",
  required: ["authToken"],
  properties: { authToken: { type: "string", minLength: 1, maxLength: 8192, description: "Opaque" } },
  additionalProperties: false,
};

const TokenRequest = {
  type: "object",
  properties: {
    name: { type: ["string", "null"], description: "Used when Mindset creates the user", examples: ["Ada Lovelace"] },
  },
  additionalProperties: false,
};

const ErrorSchema = {
  type: "object",
  required: ["code", "message", "requestId", "retryable"],
  properties: {
    code: { type: "string", enum: Object.keys(PUBLIC_ERRORS) },
    message: { type: "string", description: "For a developer; may change" },
    requestId: { type: "string" },
    retryable: { type: "boolean" },
  },
  additionalProperties: false,
};

const GatewayError = {
  type: "object",
  description: "API Gateway's own response",
  required: ["message"],
  properties: { message: { type: "string" } },
  additionalProperties: false,
};

const REQUEST_BODY = {
  required: false,
  description: "At most 8 KB",
  content: json({ $ref: "#/components/schemas/TokenRequest" }),
};

const CURRENT_USER_ID = {
  name: "currentUserId",
  in: "path",
  required: true,
  description: "The caller's identity claim, or its `externalId`",
  schema: { type: "string", minLength: 1 },
};

function toPaths() {
  const paths: Record<string, Record<string, object>> = {};
  for (const { method, path } of ROUTES)
    paths[path] = { ...paths[path], [method.toLowerCase()]: toOperation({ method, path }) };
  return paths;
}

function toOperation({ method, path }: { method: string; path: string }) {
  if (path.endsWith("/{currentUserId}")) {
    return operation("getTokenOf", "Get a token, if the id is the caller's own", { parameters: [CURRENT_USER_ID] });
  }
  return method === "POST"
    ? operation("requestToken", "Get a token", { requestBody: REQUEST_BODY })
    : operation("getToken", "Get a token, without a body");
}

function operation(operationId: string, summary: string, parts: { requestBody?: object; parameters?: object[] } = {}) {
  const own = new Set(Object.values(PUBLIC_ERRORS).map(({ status }) => status as number));
  if (parts.requestBody) own.add(413);
  else own.delete(400);
  const statuses = [...new Set([...own, ...Object.keys(GATEWAY_MESSAGES).map(Number)])].sort((a, b) => a - b);
  const errors = statuses.map((status) => [status, toErrorResponse(status, own.has(status))]);
  const token = {
    description: DESCRIPTIONS[200],
    headers: HEADERS,
    content: json({ $ref: "#/components/schemas/Token" }),
  };
  return { operationId, summary, tags: ["token"], ...parts, responses: { 200: token, ...Object.fromEntries(errors) } };
}

/** A response of the function, of API Gateway, or of either. */
function toErrorResponse(status: number, isOwn: boolean) {
  const schemas = [
    ...(isOwn ? [{ $ref: "#/components/schemas/Error" }] : []),
    ...(GATEWAY_MESSAGES[status] ? [{ $ref: "#/components/schemas/GatewayError" }] : []),
  ];
  const retryAfter = Object.values(PUBLIC_ERRORS).some((error) => error.status === status && error.retryable);
  return {
    description: DESCRIPTIONS[status],
    ...(retryAfter && {
      headers: { "retry-after": { schema: { type: "integer", minimum: 1, maximum: 60 }, description: "Seconds" } },
    }),
    content: json(schemas.length === 1 ? schemas[0] : { oneOf: schemas }),
  };
}

function json(schema: unknown) {
  return { "application/json": { schema } };
}

if (import.meta.main) console.log(JSON.stringify(toOpenApi(process.env.npm_package_version ?? "0.0.0"), null, 2));
