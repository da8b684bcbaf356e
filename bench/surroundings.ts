/** Edge (processes): the stand-ins, and the environment and event that every variant gets. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

export const API_KEY = "bench-key-of-no-worth";
export const APP_UID = "bench-app";
export const SECRET_ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:bench-AbCdEf";

/** A well-formed Signature Version 4, by our key, for Secrets Manager in our region. */
export const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=ASIABENCH\/\d{8}\/eu-west-1\/secretsmanager\/aws4_request, ?SignedHeaders=[a-z0-9;-]*host[a-z0-9;-]*, ?Signature=[0-9a-f]{64}$/;

/** What the process of the stand-ins says first. */
export interface StandInsReady {
  secretsManagerUrl: string;
  mindsetHost: string;
}

/** Starts the stand-ins; `folder` gets their certificate. */
export const startSurroundings = async (folder: string) => {
  const certificateFile = join(folder, "certificate.pem");
  const child = fork(join(import.meta.dirname, "stand-ins.ts"), [certificateFile], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const [{ secretsManagerUrl, mindsetHost }] = (await once(child, "message")) as [StandInsReady];
  const tell = async (delayMs: number): Promise<string[]> => {
    child.send({ delayMs });
    const [{ refusals }] = await once(child, "message");
    return refusals;
  };
  return {
    environment: {
      PATH: process.env.PATH ?? "",
      NODE_EXTRA_CA_CERTS: certificateFile,
      AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "ASIABENCH",
      AWS_SECRET_ACCESS_KEY: "not-a-secret",
      AWS_SESSION_TOKEN: "not-a-token",
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManagerUrl,
      MINDSET_API_HOST: mindsetHost,
      MINDSET_APP_UID: APP_UID,
      MINDSET_API_KEY_SECRET_ARN: SECRET_ARN,
    },
    /** How long Mindset takes from now on. */
    setUpstreamDelay: (ms: number) => tell(ms),
    /** What was not quite right in any request so far. */
    refusals: () => tell(0),
    stop: async () => {
      child.disconnect();
      await once(child, "exit");
    },
  };
};

export type Surroundings = Awaited<ReturnType<typeof startSurroundings>>;

/** GET /api/getusertoken/{currentUserId} of a signed-in user, as API Gateway hands it to the function. */
export const eventOf = (user: string) => {
  const path = `/api/getusertoken/${user}`;
  const routeKey = "GET /api/getusertoken/{currentUserId}";
  const host = "abc123.execute-api.eu-west-1.amazonaws.com";
  return {
    version: "2.0",
    routeKey,
    rawPath: path,
    rawQueryString: "",
    headers: { accept: "application/json", host, "user-agent": "bench", "x-forwarded-for": "192.0.2.1" },
    requestContext: {
      accountId: "123456789012",
      apiId: "abc123",
      authorizer: {
        jwt: { claims: { sub: user, name: "Ada Lovelace", iss: "https://login.example.com/" }, scopes: null },
      },
      domainName: host,
      domainPrefix: "abc123",
      http: { method: "GET", path, protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "bench" },
      requestId: "JKJaXmPLvHcESHA=",
      routeKey,
      stage: "$default",
      time: "22/Nov/2026:12:00:00 +0000",
      timeEpoch: 1_795_348_800_000,
    },
    pathParameters: { currentUserId: user },
    isBase64Encoded: false,
  };
};
