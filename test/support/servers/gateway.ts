/** An API Gateway in front of a function that notes its calls and answers what the test wants. */
import type { APIGatewayProxyEventV2WithJWTAuthorizer, Context } from "aws-lambda";
import { type ApiGatewayOptions, startApiGateway } from "../../../local/api-gateway/server.ts";
import { startIssuer } from "./issuer.ts";

/** The path of the main route. */
export const ENDPOINT = "/api/getusertoken";

/** The origin of the page that may call. */
export const PAGE = "https://app.example.com";

/** A call that the caller is signed in for, unless `headers` say otherwise. */
export type CallOptions = RequestInit & { headers?: Record<string, string> };

/** Starts the gateway and an issuer of tokens for it. */
export async function startTestGateway(options: Partial<ApiGatewayOptions> = {}) {
  const issuer = await startIssuer();
  const token = await issuer.sign({ claims: { name: "Ada", groups: ["a", "b"], email_verified: true } });
  const calls: { event: APIGatewayProxyEventV2WithJWTAuthorizer; context: Context }[] = [];
  let answer: () => unknown = () => ({ statusCode: 200, body: "hello" });

  const gateway = await startApiGateway({
    port: 0,
    handler: (event: APIGatewayProxyEventV2WithJWTAuthorizer, context: Context) => {
      calls.push({ event, context });
      return answer();
    },
    authorizer: { issuer: issuer.issuer, audience: ["test-audience"] },
    allowedOrigins: [PAGE],
    ...options,
  });
  return {
    url: gateway.url,
    issuer,
    token,
    /** What the function was called with. */
    calls,
    /** Decides what the function does from now on. */
    answerWith: (next: () => unknown) => {
      answer = next;
    },
    call: (path = ENDPOINT, { headers, ...init }: CallOptions = {}) =>
      fetch(gateway.url + path, { method: "POST", ...init, headers: { authorization: `Bearer ${token}`, ...headers } }),
    close: async () => {
      await gateway.close();
      await issuer.close();
    },
  };
}
