/** Variant (d): a straightforward handler with Middy, the AWS SDK and `fetch`, as an ES module. */
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import middy from "@middy/core";
import type { APIGatewayProxyEventV2 } from "aws-lambda";

const { MINDSET_API_HOST, MINDSET_APP_UID, MINDSET_API_KEY_SECRET_ARN } = process.env;
const secretsManager = new SecretsManagerClient();
let apiKey: string | undefined;

/** GET /api/getusertoken/{currentUserId} */
export const handler = middy<APIGatewayProxyEventV2>().handler(async ({ pathParameters }: APIGatewayProxyEventV2) => {
  apiKey ??= (await secretsManager.send(new GetSecretValueCommand({ SecretId: MINDSET_API_KEY_SECRET_ARN })))
    .SecretString;
  const response = await fetch(`https://${MINDSET_API_HOST}/api/v1/appuid/${MINDSET_APP_UID}/sdkusers/auth`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": apiKey ?? "" },
    body: JSON.stringify({ externalId: pathParameters?.currentUserId }),
  });
  if (!response.ok) throw new Error(`Mindset answered ${response.status}`);
  const { authToken } = (await response.json()) as { authToken: string };
  return { statusCode: 200, body: JSON.stringify({ authToken }) };
});
