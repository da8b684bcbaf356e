import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { App } from "aws-cdk-lib";
import { TokenEndpointStack } from "../../lib/token-endpoint-stack.ts";
import { root, STACK, synth } from "../runtime/cdk.ts";

const folder = mkdtempSync(join(tmpdir(), "package-"));
const app = join(folder, "app");
let tarball: string;

/** Packs, and installs the package in the project that `cdk init` writes. */
beforeAll(() => {
  const name = run(root, "npm", "pack", "--silent", "--pack-destination", folder).trim();
  tarball = join(folder, name);
  const { devDependencies } = readJson(join(root, "package.json"));
  const cdk = ["aws-cdk-lib", "constructs", "aws-cdk"].map(
    (dependency) => `${dependency}@${devDependencies[dependency]}`,
  );
  mkdirSync(app);
  run(app, join(root, "node_modules/.bin/cdk"), "init", "app", "--language", "typescript", "--generate-only");
  run(app, "npm", "install", "--prefer-offline", "--no-audit", "--no-fund", tarball, ...cdk);
}, 400_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the package", () => {
  test("contains what was built, documents and nothing else", () => {
    const files = run(folder, "tar", "-tzf", tarball).trim().split("\n");
    const others = files.filter((file) => !/^package\/(dist\/(node|web|lambda)\/.*\.(js|d\.ts)|docs\/.*)$/.test(file));
    expect(others.sort()).toEqual(
      ["CHANGELOG.md", "LICENSE", "README.md", "SECURITY.md", "dist/node/package.json", "package.json"].map(
        (file) => `package/${file}`,
      ),
    );
  });

  test("installs no other package in a page's project, and no Node.js", () => {
    const page = join(folder, "page");
    mkdirSync(page);
    writeFileSync(join(page, "package.json"), "{}");
    run(page, "npm", "install", "--no-audit", "--no-fund", tarball);
    expect(readdirSync(join(page, "node_modules")).sort()).toEqual([".package-lock.json", "mindset-token-endpoint"]);
  });

  test("has no problem that publint finds", () => {
    expect(run(folder, "npx", "--yes", "publint@0.3.25", "--strict", tarball)).toContain("All good!");
  }, 120_000);

  test("has types that resolve from CommonJS and from ES modules", () => {
    const attw = ["--yes", "@arethetypeswrong/cli@0.18.5", "--profile", "node16", "--format", "json", tarball];
    const { analysis } = JSON.parse(run(folder, "npx", ...attw));
    const problems = analysis.problems.filter(({ resolutionKind }: Problem) => resolutionKind !== "node10");
    expect(Object.keys(analysis.entrypoints)).toHaveLength(5);
    expect(problems).toEqual([]);
  }, 120_000);
});

describe("an application that `cdk init` wrote", () => {
  test("compiles, passes its tests, and synthesizes the same template as this repository", async () => {
    writeFileSync(join(app, "bin/app.ts"), APP);
    writeFileSync(join(app, "lib/app-stack.ts"), OWN_STACK);
    writeFileSync(join(app, "test/app.test.ts"), OWN_TEST);
    run(app, "npm", "run", "build");
    run(app, "npm", "test");
    const { context } = readJson(join(root, "cdk.json")); // this repository's feature flags
    writeFileSync(join(app, "cdk.json"), JSON.stringify({ ...readJson(join(app, "cdk.json")), context }));
    run(app, "npx", "cdk", "synth", "--quiet", "--no-notices", "--output", "out", STACK);

    const ours = await synth("cdk.out/package", {
      apiHost: "a.api.mindset.ai",
      appUid: "example-app",
      "signIn.issuer": "https://login.example.com/",
      "signIn.audience": "mindset-token-endpoint",
      "signIn.scopes": "mindset:token",
    });
    const [theirs, expected] = [join(app, `out/${STACK}.template.json`), ours].map(withoutStatistics);
    expect(theirs).toEqual(expected);
  }, 300_000);
});

describe("an application in JavaScript with ES modules", () => {
  test("synthesizes the same template, with grants and an authorizer function", () => {
    const esm = join(app, "esm");
    mkdirSync(esm);
    writeFileSync(join(esm, "package.json"), '{ "type": "module" }');
    writeFileSync(join(esm, "app.js"), ESM_APP);
    run(esm, "node", "app.js");

    const ours = new App({ outdir: join(folder, "ours-with-grants") });
    new TokenEndpointStack(ours, STACK, WITH_GRANTS);
    ours.synth();
    const theirs = readJson(join(esm, `out/${STACK}.template.json`));
    expect(JSON.stringify(theirs)).toContain("AuthorizerFunction");
    expect(theirs).toEqual(readJson(join(ours.outdir, `${STACK}.template.json`)));
  }, 120_000);

  test("computes and decodes an externalId", () => {
    writeFileSync(join(app, "id.mjs"), ID_APP);
    expect(run(app, "node", "id.mjs")).toBe("x--e1-auth0_7c5f7c8ec7 auth0|5f7c8ec7\n");
  });
});

/** CDK's usage statistics also list the libraries that an app uses, cdk-nag for example. */
function withoutStatistics(file: string) {
  const template = readJson(file);
  delete template.Resources.CDKMetadata;
  return template;
}

interface Problem {
  resolutionKind?: string;
}

const EXAMPLE = `{
  apiHost: "a.api.mindset.ai",
  appUid: "example-app",
  signIn: { issuer: "https://login.example.com/", audience: ["mindset-token-endpoint"], scopes: ["mindset:token"] },
}`;

const APP = `
  import { App } from "aws-cdk-lib";
  import { TokenEndpointStack } from "mindset-token-endpoint";
  new TokenEndpointStack(new App(), "${STACK}", ${EXAMPLE});
`;

const OWN_STACK = `
  import * as cdk from "aws-cdk-lib";
  import { UserPool } from "aws-cdk-lib/aws-cognito";
  import type { Construct } from "constructs";
  import { TokenEndpoint } from "mindset-token-endpoint";
  export class AppStack extends cdk.Stack {
    constructor(scope: Construct, id: string) {
      super(scope, id);
      const userPool = new UserPool(this, "Users");
      const client = userPool.addClient("Page");
      const { url } = new TokenEndpoint(this, "Tokens", {
        apiHost: "a.api.mindset.ai",
        appUid: "example-app",
        signIn: { issuer: userPool.userPoolProviderUrl, audience: [client.userPoolClientId] },
      });
      new cdk.CfnOutput(this, "Url", { value: url });
    }
  }
`;

const OWN_TEST = `
  import * as cdk from "aws-cdk-lib";
  import { Template } from "aws-cdk-lib/assertions";
  import { AppStack } from "../lib/app-stack";
  test("has the endpoint", () => {
    const template = Template.fromStack(new AppStack(new cdk.App(), "Own"));
    template.resourceCountIs("AWS::ApiGatewayV2::Api", 1);
  });
`;

const WITH_GRANTS = {
  apiHost: "a.api.mindset.ai",
  appUid: "example-app",
  signIn: { type: "oidc" as const, issuers: [{ issuer: "https://login.example.com/", audience: ["my-app"] }] },
  grants: { accountUids: ["account-0123456789-abcdef"] },
};

const ESM_APP = `
  import { App } from "aws-cdk-lib";
  import { TokenEndpointStack } from "mindset-token-endpoint";
  const app = new App({ outdir: "out" });
  new TokenEndpointStack(app, "${STACK}", ${JSON.stringify(WITH_GRANTS)});
  app.synth();
`;

const ID_APP = `
  import { decodeExternalId, toExternalId } from "mindset-token-endpoint/external-id";
  const id = toExternalId("auth0|5f7c8ec7");
  console.log(id, decodeExternalId(id).subject);
`;

// biome-ignore lint/suspicious/noExplicitAny: JSON of many shapes
function readJson(file: string): any {
  return JSON.parse(readFileSync(file, "utf8"));
}

function run(cwd: string, command: string, ...args: string[]): string {
  try {
    return execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    throw new Error(`${command} ${args.join(" ")}: ${Object(error).stdout}${Object(error).stderr}`);
  }
}
