/** Creates stacks as `cdk synth` does, with the feature flags of cdk.json but without bundling the function. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "@jest/globals";
import { App, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import type { DeploymentConfig } from "../../../lib/config/deployment-config.ts";
import type { SignIn } from "../../../lib/config/sign-in/types.ts";
import { TokenEndpointStack } from "../../../lib/token-endpoint-stack.ts";

/** The required settings, and scopes, without which there is a warning. */
export const EXAMPLE: DeploymentConfig = {
  apiHost: "a.api.mindset.ai",
  appUid: "example-app",
  signIn: { issuer: "https://login.example.com/", audience: ["mindset-token-endpoint"], scopes: ["mindset:token"] },
};

/** An issuer of the examples. */
export const ISSUER = { issuer: "https://login.example.com/", audience: ["app"] };
/** Your own authorizer. */
export const OWN_ARN = "arn:aws:lambda:eu-west-1:123456789012:function:authorizer";
/** Origins that may call. */
export const PAGES = ["https://app.example.com"];

/** Every type of sign-in, and each with cookies. */
export const SIGN_INS: Record<string, SignIn> = {
  jwt: ISSUER,
  oidc: { type: "oidc", issuers: [ISSUER] },
  "oidc with a cookie": { type: "oidc", issuers: [ISSUER], token: { cookie: "session" } },
  userinfo: {
    type: "userinfo",
    url: "https://app.example.com/me",
    forward: ["authorization"],
    subject: "sub",
    allowTokensOfOtherClients: true,
  },
  "userinfo with cookies": {
    type: "userinfo",
    url: "https://app.example.com/me",
    forward: ["cookie:session"],
    subject: "user.id",
  },
  lambda: { type: "lambda", authorizerArn: OWN_ARN },
  "lambda with cookies": { type: "lambda", authorizerArn: OWN_ARN, cookies: true },
};

/** The feature flags of cdk.json. */
export const { context } = JSON.parse(readFileSync("cdk.json", "utf8"));
const outdirs = mkdtempSync(join(tmpdir(), "synth-"));
afterAll(() => rmSync(outdirs, { recursive: true }));

/** An app with the feature flags of cdk.json. */
export function testApp(): App {
  return new App({
    outdir: mkdtempSync(join(outdirs, "cdk.out-")),
    builtinCloudFormationValidation: false, // takes 2 s in each file; test/bin/app.long.test.ts runs it
    context: {
      ...context,
      "aws:cdk:bundling-stacks": [],
      "@aws-cdk/core:annotationsInValidationReport": false, // prints warnings, which tests read otherwise
    },
  });
}

/** A stack for one construct. */
export function testStack(): Stack {
  return new Stack(testApp(), "Test");
}

/** The whole stack, with changes to the example. */
export function exampleStack(changes: Partial<DeploymentConfig> = {}): TokenEndpointStack {
  return new TokenEndpointStack(testApp(), "MindsetTokenEndpoint", { ...EXAMPLE, ...changes });
}

/** A resource in a template. */
export interface CfnResource {
  Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: templates are JSON of many shapes
  Properties: any;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
}

/** The resources of one type, e.g. `AWS::Lambda::Function`. */
export function resourcesOf(stack: Stack, type: string): CfnResource[] {
  return Object.values(Template.fromStack(stack).findResources(type)) as CfnResource[];
}

/** The only resource of its type; throws if there are more. */
export function resourceOf(stack: Stack, type: string): CfnResource {
  const [resource, ...others] = resourcesOf(stack, type);
  if (!resource || others.length > 0) throw new Error(`not exactly one ${type}`);
  return resource;
}
