import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { App } from "aws-cdk-lib";
import { ASSET_RESOURCE_METADATA_ENABLED_CONTEXT } from "aws-cdk-lib/cx-api";
import { build } from "esbuild";
import { bundling, entries } from "../../../lib/functions/bundle.ts";
import { TokenEndpointStack } from "../../../lib/token-endpoint-stack.ts";
import { type FakeMindset, startMindset } from "../../../local/mindset/server.ts";
import { type FakeSecretsManager, startSecretsManager } from "../../../local/secrets-manager/server.ts";
import { EXAMPLE } from "../../support/stack/synth.ts";

function readJson(path: string) {
  return JSON.parse(readFileSync(path, "utf8"));
}

const outdir = mkdtempSync(join(tmpdir(), "bundle-"));
const ACCOUNT = "account-0123456789-abcdef";
let deployed = "";
let inputs: string[] = [];

/** Synthesizes with bundling, and bundles once more for esbuild's list of inputs. */
beforeAll(async () => {
  const app = new App({
    outdir,
    builtinCloudFormationValidation: false,
    context: { [ASSET_RESOURCE_METADATA_ENABLED_CONTEXT]: true },
  });
  new TokenEndpointStack(app, "Deployed", EXAMPLE);
  new TokenEndpointStack(app, "Granting", { ...EXAMPLE, grants: { accountUids: [ACCOUNT] } });
  app.synth();
  deployed = assetOf("Deployed");
  const { metafile } = await build({ ...bundling, entryPoints: [entries.token], metafile: true, write: false });
  inputs = Object.keys(metafile.inputs);
}, 60_000);
afterAll(() => rmSync(outdir, { recursive: true }));

function assetOf(stackName: string): string {
  // biome-ignore lint/suspicious/noExplicitAny: templates are JSON of many shapes
  const resources = Object.values<any>(readJson(join(outdir, `${stackName}.template.json`)).Resources);
  const { Metadata } = resources.find(({ Type }) => Type === "AWS::Lambda::Function");
  return join(outdir, Metadata["aws:asset:path"]);
}

describe("the deployed code", () => {
  test("is one file of at most 155 kB", () => {
    expect(readdirSync(deployed)).toEqual(["index.js"]);
    expect(statSync(join(deployed, "index.js")).size).toBeLessThanOrEqual(155_000);
  });

  test("contains no path of the build machine", () => {
    expect(readFileSync(join(deployed, "index.js"), "utf8")).not.toContain(bundling.absWorkingDir);
  });

  test("keeps the names of functions, so that stack frames are readable", () => {
    expect(readFileSync(join(deployed, "index.js"), "utf8")).toContain("function parseMindsetReply(");
  });

  test("is ASCII, which V8 stores in one byte for each character", () => {
    expect(readFileSync(join(deployed, "index.js"), "utf8")).toMatch(/^\p{ASCII}+$/u);
  });

  test("consists of lambda/ and of dependencies in package.json", () => {
    const { packages } = readJson("package-lock.json");
    function packageOf(input: string) {
      return /^(?:.*node_modules\/)(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
    }
    const foreign = inputs.filter((input) => {
      const name = packageOf(input);
      return name ? !packages[name] || packages[name].dev : !input.startsWith("lambda/");
    });
    expect(inputs).toContain("lambda/token/index.ts");
    expect(foreign).toEqual([]);
  });

  test("contains no part of the AWS SDK that the function does not use, and no client of fetch", () => {
    const unwanted =
      /undici|fetch-http-handler|credential-provider-(node|ini|sso|process|web-identity|http)|axios|client-sso|shared-ini-file-loader|event-streams\//;
    expect(inputs.filter((input) => unwanted.test(input))).toEqual([]);
  });
});

test("the rules of grants are a file next to the same code", () => {
  const granting = assetOf("Granting");
  expect(readdirSync(granting).sort()).toEqual(["grants.json", "index.js"]);
  expect(readJson(join(granting, "grants.json"))).toMatchObject({ accounts: [{ results: [ACCOUNT] }] });
  expect(readFileSync(join(granting, "index.js")).equals(readFileSync(join(deployed, "index.js")))).toBe(true);
});

describe("running the deployed code", () => {
  // Modules of Node that are slow to load, and that a global or an import of a package can load by accident.
  const SLOW = "undici|webstreams|fs.promises|perf_hooks|zlib";
  const LISTING = `process.moduleLoadList.filter((name) => /${SLOW}/.test(name))`;
  let mindset: FakeMindset;
  let secretsManager: FakeSecretsManager;

  beforeAll(async () => {
    mindset = await startMindset({ port: 0, appUid: "local-app", apiKeys: ["local-key"] });
    secretsManager = await startSecretsManager({ port: 0, secrets: { "local-secret": "local-key" } });
  });
  afterAll(async () => {
    await mindset.close();
    await secretsManager.close();
  });

  /** Runs a script in a separate process with Lambda's variables; resolves to what the script passes to `print`. */
  async function run(script: string) {
    const env = {
      MINDSET_API_HOST: mindset.url,
      MINDSET_APP_UID: "local-app",
      MINDSET_API_KEY_SECRET_ARN: "local-secret",
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "not-a-key",
      AWS_SECRET_ACCESS_KEY: "not-a-secret",
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.url,
    };
    const print = "const print = (value) => { console.log(JSON.stringify(value)); process.exit(); };";
    const { stdout } = await promisify(execFile)(process.execPath, ["-e", `${print}\n${script}`], {
      env,
      cwd: deployed,
    });
    return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
  }

  test("gives a caller a token without loading slow modules", async () => {
    const event = JSON.stringify(readJson("events/signed-in.json"));
    const { response, slow } = await run(`
      const context = { awsRequestId: "1", getRemainingTimeInMillis: () => 15000 };
      require("./index.js").handler(${event}, context).then((response) => print({ response, slow: ${LISTING} }));`);
    expect(response).toMatchObject({ statusCode: 200, body: expect.stringMatching(/^{"authToken":".+"}$/) });
    expect(slow).toEqual([]);
  }, 20_000);

  test("detects that undici was loaded", async () => {
    expect(await run(`Headers; print(${LISTING})`)).not.toEqual([]);
  });
});
