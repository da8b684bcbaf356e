/** Entry: fake Secrets Manager and Mindset over HTTPS, in a process of their own. Both check every request strictly. */
import { writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { startServer } from "../../local/http/server.ts";
import { createCertificate } from "../../test/support/servers/tls.ts";
import { API_KEY, CREDENTIALS, type FakesReady, type FakesReport, SECRET_ARN } from "./environment.ts";
import { verifySignature } from "./signature.ts";
import { createSigningKey } from "./signer.ts";
import type { Given } from "./traffic.ts";

const [certificateFile = ""] = process.argv.slice(2);
const MOST_REFUSALS = 5; // more add nothing
let upstreamMs = 0;
const refusals = new Set<string>();
const given: Record<string, Given> = {};

async function secretsManager(request: IncomingMessage): Promise<object> {
  const { method = "", url: path = "", headers } = request;
  const body = await text(request);
  check("method and path", `${method} ${path}`, /^POST \/$/);
  check("content-type", headers["content-type"], /^application\/x-amz-json-1\.1$/);
  check("x-amz-target", headers["x-amz-target"], /^secretsmanager\.GetSecretValue$/);
  const accessKeyId = verifySignature({ method, path, headers, body }, { ...CREDENTIALS, now: Date.now() });
  const number = check("access key id", accessKeyId, /^ASIABENCH(\d+)$/);
  if (JSON.parse(body).SecretId !== SECRET_ARN) throw new Error(`the secret: ${body}`);
  givenTo(number).reads += 1;
  return { ARN: SECRET_ARN, Name: "bench", SecretString: API_KEY, VersionId: "1", VersionStages: ["AWSCURRENT"] };
}

async function mindset(request: IncomingMessage): Promise<object> {
  const { method, url, headers } = request;
  const body = await text(request);
  const number = check(
    "method and path",
    `${method} ${url}`,
    /^POST \/api\/v1\/appuid\/bench-app-(\d+)\/sdkusers\/auth$/,
  );
  check("content-type", headers["content-type"], /^application\/json(;.*)?$/);
  if (headers["x-api-key"] !== API_KEY) throw new Error("the key");
  const { externalId } = JSON.parse(body);
  check("externalId", externalId, /^user-\d+$/);
  if (upstreamMs > 0) await sleep(upstreamMs);
  givenTo(number).tokens += 1;
  return { authToken: `token-of-${externalId}` };
}

async function issuer({ method, url }: IncomingMessage): Promise<object> {
  const number = check("method and path", `${method} ${url}`, /^GET \/keys-(\d+)$/);
  givenTo(number).reads += 1;
  return { keys: [publicJwk] };
}

/** @returns the text of the pattern's group. */
function check(what: string, actual: unknown, pattern: RegExp): string {
  const match = pattern.exec(String(actual));
  if (!match) throw new Error(`${what}: ${actual}`);
  return match[1] ?? "";
}

/** Printed immediately, because the run may end because of it. */
function refuse(what: string): void {
  if (refusals.size < MOST_REFUSALS && !refusals.has(what)) console.error(what);
  if (refusals.size < MOST_REFUSALS) refusals.add(what);
}

function givenTo(number: string): Given {
  given[number] ??= { reads: 0, tokens: 0 };
  return given[number];
}

const { publicJwk, privateJwk } = createSigningKey();
const tls = await createCertificate();
writeFileSync(certificateFile, tls.cert);
function start(service: string, answer: (request: IncomingMessage) => Promise<object>) {
  return startServer({
    port: 0,
    tls,
    listener: async (request, response) => {
      const body = await answer(request).catch((error: Error) => {
        refuse(`${service} refused ${error.message}`);
        response.statusCode = 400;
        return { __type: "AccessDeniedException" };
      });
      response.setHeader("content-type", "application/json").end(JSON.stringify(body));
    },
  });
}

const secrets = await start("Secrets Manager", secretsManager);
const users = await start("Mindset", mindset);
const keys = await start("The issuer", issuer);
process.send?.({
  secretsManagerUrl: secrets.url,
  mindsetHost: `localhost:${users.port}`,
  issuer: keys.url,
  privateJwk,
} satisfies FakesReady);
process.on("message", ({ delayMs }: { delayMs?: number }) => {
  upstreamMs = delayMs ?? upstreamMs;
  process.send?.({ refusals: [...refusals], given } satisfies FakesReport);
});
process.on("SIGINT", () => {}); // Ctrl-C reaches every process; the parent decides when to stop
process.on("disconnect", () => process.exit());
