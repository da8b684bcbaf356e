/** Entry: Secrets Manager and Mindset over HTTPS, in a process of their own; both refuse what is not quite right. */
import { writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { startServer } from "../local/http-server.ts";
import { createCertificate } from "../test/support/tls.ts";
import { API_KEY, APP_UID, AUTHORIZATION, SECRET_ARN, type StandInsReady } from "./surroundings.ts";

const [certificateFile = ""] = process.argv.slice(2);
let upstreamMs = 0;
const refusals: string[] = [];

const secretsManager = async (request: IncomingMessage) => {
  const { authorization = "", "x-amz-target": target } = request.headers;
  const { SecretId } = JSON.parse(await text(request));
  if (!AUTHORIZATION.test(authorization)) return refuse(`signature: ${authorization}`);
  if (target !== "secretsmanager.GetSecretValue" || SecretId !== SECRET_ARN) return refuse(`${target} ${SecretId}`);
  return { ARN: SECRET_ARN, Name: "bench", SecretString: API_KEY, VersionId: "1", VersionStages: ["AWSCURRENT"] };
};

const mindset = async (request: IncomingMessage) => {
  const { externalId } = JSON.parse(await text(request));
  if (request.url !== `/api/v1/appuid/${APP_UID}/sdkusers/auth`) return refuse(`path: ${request.url}`);
  if (request.headers["x-api-key"] !== API_KEY) return refuse("the key");
  if (!/^user-\d+$/.test(externalId)) return refuse(`externalId: ${externalId}`);
  if (upstreamMs > 0) await sleep(upstreamMs);
  return { authToken: `token-of-${externalId}` };
};

const refuse = (what: string): undefined => {
  refusals.push(what);
};

const tls = await createCertificate();
writeFileSync(certificateFile, tls.cert);
const start = (answer: (request: IncomingMessage) => Promise<object | undefined>) =>
  startServer({
    port: 0,
    tls,
    listener: async (request, response) => {
      const body = JSON.stringify((await answer(request)) ?? { __type: "AccessDeniedException" });
      response.statusCode = body.includes("__type") ? 400 : 200;
      response.setHeader("content-type", "application/json").end(body);
    },
  });

const [secrets, users] = await Promise.all([start(secretsManager), start(mindset)]);
process.send?.({ secretsManagerUrl: secrets.url, mindsetHost: `localhost:${users.port}` } satisfies StandInsReady);
process.on("message", ({ delayMs }: { delayMs: number }) => {
  upstreamMs = delayMs;
  process.send?.({ refusals });
});
process.on("disconnect", () => process.exit());
