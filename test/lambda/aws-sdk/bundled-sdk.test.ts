import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { build } from "esbuild";
import { bundling } from "../../../lib/functions/bundle.ts";
import type { ReadCase, ReadOutcome } from "./secret-read-probe.ts";

const { absWorkingDir: projectRoot, alias, define, supported } = bundling;
const SKEWED = { status: 400, body: '{"__type":"InvalidSignatureException","message":"Signature expired"}' };
const IN_TWO_HOURS = { date: new Date(Date.now() + 2 * 3_600_000).toUTCString() };
const SECRET = { status: 200, body: '{"SecretString":"key"}' };
function error(__type: string, status = 400) {
  return { status, body: JSON.stringify({ __type, message: "why" }) };
}

const CASES: ReadCase[] = [
  { name: "a secret", replies: [SECRET] },
  { name: "a name with a quote and an umlaut", secretId: 'k"ü', replies: [SECRET] },
  { name: "an endpoint with a path", replies: [SECRET], path: "/base" },
  { name: "an endpoint with a path and a slash", replies: [SECRET], path: "/base/" },
  { name: "a session", env: { AWS_SESSION_TOKEN: "session" }, replies: [SECRET] },
  { name: "a wrong clock", replies: [{ ...SKEWED, headers: IN_TWO_HOURS }, SECRET] },
  { name: "a failure, then a secret", replies: [error("InternalServiceError", 500), SECRET] },
  { name: "failures", replies: [error("InternalServiceError", 500), error("InternalServiceError", 500)] },
  { name: "a throttling error, then a secret", replies: [error("ThrottlingException"), SECRET] },
  { name: "a 503 with retry-after", replies: [{ status: 503, headers: { "retry-after": "1" } }, SECRET] },
  { name: "no access", replies: [error("AccessDeniedException")] },
  { name: "no such secret", replies: [error("com.amazonaws.secretsmanager#ResourceNotFoundException")] },
  { name: "an error that is not an object", replies: [{ status: 400, body: "null" }] },
  ...["", "{}", "null", "[]", '"text"', '{"SecretString":null}', '{"SecretString":5}', "<html>"].map((body) => ({
    name: `200 with ${body || "an empty body"}, then a secret`,
    replies: [{ status: 200, body }, SECRET],
  })),
  { name: "a binary secret", replies: [{ status: 200, body: '{"SecretBinary":"a2V5"}' }] },
  { name: "an empty secret", replies: [{ status: 200, body: '{"SecretString":""}' }] },
  { name: "no credentials", env: { AWS_SECRET_ACCESS_KEY: "" } },
  { name: "no region", env: { AWS_REGION: "" } },
  { name: "an invalid region", env: { AWS_REGION: "eu west" } },
  { name: "the region of the ARN", secretId: "arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:k-AbCdEf" },
  ...["us-east-1", "eu-west-1", "us-gov-west-1", "cn-north-1", "us-iso-east-1"].flatMap((AWS_REGION): ReadCase[] => [
    { name: AWS_REGION, env: { AWS_REGION } },
    { name: `${AWS_REGION}, FIPS`, env: { AWS_REGION, AWS_USE_FIPS_ENDPOINT: "true" } },
    { name: `${AWS_REGION}, dual stack`, env: { AWS_REGION, AWS_USE_DUALSTACK_ENDPOINT: "true" } },
  ]),
];

const folder = mkdtempSync(join(tmpdir(), "bundled-sdk-"));
let ours: ReadOutcome[] = [];
let theirs: ReadOutcome[] = [];

/** Runs all cases with a bundle of the secret reader, in a separate process. */
async function readAll(name: string, options: object): Promise<ReadOutcome[]> {
  const outfile = join(folder, `${name}.js`);
  const entryPoints = ["lambda/token/api-key/secret.ts"];
  const format = "cjs" as const;
  await build({ absWorkingDir: projectRoot, entryPoints, outfile, bundle: true, platform: "node", format, ...options });
  const env = { ...process.env, AWS_CONFIG_FILE: "/dev/null", AWS_SHARED_CREDENTIALS_FILE: "/dev/null", HOME: folder };
  const child = spawn(process.execPath, [join(import.meta.dirname, "secret-read-probe.ts"), outfile], {
    env,
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.end(JSON.stringify(CASES));
  return JSON.parse(await text(child.stdout));
}

beforeAll(async () => {
  [ours, theirs] = await Promise.all([readAll("ours", { alias, define, supported }), readAll("theirs", {})]);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

describe("the bundle calls Secrets Manager exactly as the unchanged AWS SDK does", () => {
  test.each(CASES.map(({ name }, i) => [name, i] as const))("%s", (_, i) => {
    expect(ours[i]).toEqual(theirs[i]);
  });

  test("the cases have the outcomes that their names say", () => {
    function of(name: string) {
      return theirs.find((outcome) => outcome.name === name);
    }
    expect(of("a secret")).toMatchObject({ outcome: "key", sent: [{ to: "127.0.0.1", target: expect.anything() }] });
    expect(of("a wrong clock")).toMatchObject({ outcome: "key", sent: [{ clockHours: 0 }, { clockHours: 2 }] });
    expect(of("a failure, then a secret")).toMatchObject({ outcome: "key", sent: [{}, {}] });
    for (const { name, outcome } of theirs.filter((one) => one.name.startsWith("200 with "))) {
      expect([name, outcome]).toEqual([name, "key"]);
    }
    expect(of("a binary secret")).toMatchObject({ outcome: { code: "CONFIG_API_KEY_INVALID" }, sent: [{}] });
    expect(of("an empty secret")).toMatchObject({ outcome: { code: "CONFIG_API_KEY_INVALID" }, sent: [{}] });
    expect(of("us-east-1, FIPS")).toMatchObject({ sent: [{ to: "secretsmanager-fips.us-east-1.amazonaws.com" }, {}] });
    expect(of("eu-west-1")).toMatchObject({ outcome: { code: "SECRET_UNAVAILABLE" } });
  });
});

test("lambda/aws-sdk/README.md names the installed version of the SDK", () => {
  const { dependencies } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8"));
  const page = readFileSync(join(projectRoot, "lambda/aws-sdk/README.md"), "utf8");
  expect(page).toContain(`\`@aws-sdk/client-secrets-manager\` ${dependencies["@aws-sdk/client-secrets-manager"]}`);
});
