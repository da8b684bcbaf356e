/** Variant (c): the Express sample of Mindset's documentation, wrapped for Lambda, with its key in Secrets Manager. */
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import axios from "axios";
import express from "express";
import serverless from "serverless-http";

const { MINDSET_API_HOST, MINDSET_APP_UID, MINDSET_API_KEY_SECRET_ARN } = process.env;
const secretsManager = new SecretsManagerClient();
const app = express();
let apiKey: string | undefined;

app.get("/api/getusertoken/:currentUserId", async (request, response) => {
  const { currentUserId } = request.params;
  try {
    apiKey ??= (await secretsManager.send(new GetSecretValueCommand({ SecretId: MINDSET_API_KEY_SECRET_ARN })))
      .SecretString;
    const embedUserToken = await axios.post(
      `https://${MINDSET_API_HOST}/api/v1/appuid/${MINDSET_APP_UID}/sdkusers/auth`,
      { externalId: currentUserId },
      { headers: { "Content-Type": "application/json", "x-api-key": apiKey } },
    );
    response.send(embedUserToken.data);
  } catch (error) {
    console.error("Error", error);
    response.status(500).send("Error getting token");
  }
});

/** GET /api/getusertoken/{currentUserId} */
export const handler = serverless(app);
