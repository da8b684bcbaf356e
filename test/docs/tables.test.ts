import { existsSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { REFUSALS } from "../../lambda/authorizer/refusal.ts";
import { ENVIRONMENT_DEFAULTS, PUBLIC_ERRORS, ROUTES } from "../../lambda/contract.ts";
import * as errors from "../../lambda/token/errors.ts";
import { settingsFromContext } from "../../lib/config/context.ts";
import { parseDeploymentConfig } from "../../lib/config/parse.ts";
import { DEFAULT_THROTTLE, deploymentSchema } from "../../lib/config/schema.ts";
import { PROVIDERS } from "../../lib/config/sign-in/providers.ts";
import { parametersOf } from "../../lib/template/parameters.ts";
import { ADVICE } from "../../web/page/trial/report-text.ts";
import { EXAMPLE, SIGN_INS } from "../support/stack/synth.ts";
import { code, read, tableAfter } from "./markdown.ts";

test("docs/api.md lists every route", () => {
  expect(tableAfter("docs/api.md", "# API").map(([route]) => code(route))).toEqual(
    ROUTES.map(({ method, path }) => `${method} ${path}`),
  );
});

test("docs/api.md lists every public error with its status, retryable and retry-after", () => {
  const rows = tableAfter("docs/api.md", "<!-- errors:").map(([name, status, retryable, retryAfter]) => [
    code(name),
    Number(status),
    retryable,
    retryAfter,
  ]);
  const contract = Object.entries(PUBLIC_ERRORS).map(([name, { status, retryable, ...more }]) => [
    name,
    status,
    retryable ? "yes" : "no",
    "retryAfterSeconds" in more ? String(more.retryAfterSeconds) : "",
  ]);
  expect(rows).toEqual(contract);
});

test("docs/deploy.md lists every parameter of a template, and the setting that it replaces", () => {
  const apiKeySecretArn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:mindset-a1B2c3";
  const templates = Object.values(SIGN_INS).map((signIn) => parametersOf({ ...EXAMPLE, signIn, apiKeySecretArn }));
  const parameters = Object.entries(Object.assign({}, parametersOf(EXAMPLE), ...templates) as (typeof templates)[0]);
  const expected = parameters.map(([name, { path }]) => [name, path[0] === "signIn" ? path.at(-1) : path.join(".")]);

  const rows = tableAfter("docs/deploy.md", "<!-- parameters:").map(([name, setting = ""]) => [
    code(name),
    code(/`[^`]+`/.exec(setting)?.[0]),
  ]);
  expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(expected));
});

test("docs/operations.md lists every log code, and what the caller sees for it", () => {
  const reasons = Object.values(errors).filter((Reason) => Reason !== errors.TokenError) as (new (
    message: string,
  ) => errors.TokenError)[];
  const codes = new Map(reasons.map((Reason) => new Reason("")).map((error) => [error.code, error.publicCode]));
  const rows = tableAfter("docs/operations.md", "<!-- log codes:").map(([name, seenAs]) => [
    code(name),
    seenAs === "the same" ? code(name) : code(seenAs),
  ]);
  expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(codes));
});

test("docs/operations.md lists every code of the authorizer function with its status", () => {
  const rows = tableAfter("docs/operations.md", "<!-- authorizer codes:").map(([name, status]) => [
    code(name),
    Number(status),
  ]);
  expect(Object.fromEntries(rows)).toEqual(REFUSALS);
});

test("docs/front-end.md lists every code of the token source that is not the endpoint's", () => {
  const own = Object.keys(ADVICE).filter((name) => !Object.hasOwn(PUBLIC_ERRORS, name));
  expect(tableAfter("docs/front-end.md", "<!-- page errors:").map(([name]) => code(name))).toEqual(own);
});

test("docs/settings.md lists every setting, and which are required", () => {
  const rows = ["<!-- settings:", "### Options of the stack"]
    .flatMap((text) => tableAfter("docs/settings.md", text))
    .map(([name, byDefault]) => [code(name), byDefault === "required"]);
  const schema = Object.entries(deploymentSchema.shape).map(([name, type]) => [
    name,
    !type.safeParse(undefined).success,
  ]);
  expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(schema));
});

test("docs/settings.md names the defaults that the constructs use", () => {
  const rows = tableAfter("docs/settings.md", "<!-- settings:").map(([name, value]) => [code(name), code(value)]);
  expect(Object.fromEntries(rows)).toMatchObject({
    identityClaim: ENVIRONMENT_DEFAULTS.IDENTITY_CLAIM,
    identityField: ENVIRONMENT_DEFAULTS.IDENTITY_FIELD,
    identityMapping: ENVIRONMENT_DEFAULTS.IDENTITY_MAPPING,
    nameClaim: ENVIRONMENT_DEFAULTS.NAME_CLAIM,
    throttle: Object.values(DEFAULT_THROTTLE).join(", "),
    logRetentionDays: String(RetentionDays.ONE_MONTH),
    allowAnyApiHost: "false",
  });
  const { rateLimit, burstLimit } = DEFAULT_THROTTLE;
  const comment = `@default { rateLimit: ${rateLimit}, burstLimit: ${burstLimit} }`;
  expect(read("lib/config/deployment-config.ts")).toContain(comment);
});

test("docs/settings.md lists every environment variable of the function, with its default", () => {
  const [, members = ""] = /interface FunctionEnvironment \{([\s\S]*?)\n\}/.exec(read("lambda/contract.ts")) ?? [];
  const names = [...members.matchAll(/^ {2}(\w+)\??: string;/gm)].map(([, name]) => name);
  const rows = new Map(tableAfter("docs/settings.md", "<!-- environment:").map(([name, value]) => [code(name), value]));
  expect([...rows.keys()]).toEqual(names);
  for (const [name, value] of Object.entries(ENVIRONMENT_DEFAULTS)) expect(rows.get(name)).toContain(`\`${value}\``);
});

test("docs/sign-in.md shows the issuer of each provider that the configuration knows", () => {
  const rows = tableAfter("docs/sign-in.md", "## Settings per provider").map(([name, issuer = ""]) => [
    name,
    /^`([^`]+)`/.exec(issuer)?.[1],
  ]);
  expect(rows).toEqual(PROVIDERS.map(({ name, issuers }) => [name, issuers[0]]));
});

test("the rules in docs/grants.md are accepted", () => {
  const [, example = ""] = /```json\n([\s\S]*?)```/.exec(read("docs/grants.md")) ?? [];
  const { $schema, ...grants } = JSON.parse(example);
  expect(existsSync($schema)).toBe(true);
  const signIn = { issuer: "https://login.example.com/", audience: "web" };
  expect(() => parseDeploymentConfig({ apiHost: "a.api.mindset.ai", appUid: "a", signIn, grants })).not.toThrow();
});

test("the settings in README.md are accepted once the names are filled in, and docs/deploy.md has the synth command that CI runs", () => {
  const [, example = ""] = /"mindset": (\{[\s\S]*?\n {3}\})/.exec(read("README.md")) ?? [];
  expect(() => parseDeploymentConfig(JSON.parse(example.replaceAll("your-", "our-")))).not.toThrow();
  expect(read("docs/deploy.md")).toContain(`npx ${JSON.parse(read("package.json")).scripts["synth:example"]}`);
});

test("docs/settings.md has environments that are accepted, each with its own settings", () => {
  const [, json = ""] = /### Environments[\s\S]*?```json\n([\s\S]*?)```/.exec(read("docs/settings.md")) ?? [];
  const mindset = JSON.parse(json);
  for (const env of Object.keys(mindset.environments)) {
    expect(() => parseDeploymentConfig(settingsFromContext({ mindset, env }))).not.toThrow();
  }
});
