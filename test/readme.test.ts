import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { toCostSection } from "../bench/cost-section.ts";
import { ENVIRONMENT_DEFAULTS, PUBLIC_ERRORS, ROUTES } from "../lambda/contract.ts";
import * as errors from "../lambda/token/errors.ts";
import { parseDeploymentConfig } from "../lib/config/parse.ts";
import { deploymentSchema } from "../lib/config/schema.ts";
import { ADVICE } from "../web/page/trial/advice.ts";

function read(file: string): string {
  return readFileSync(new URL(`../${file}`, import.meta.url), "utf8");
}
const readme = read("README.md");

/** The cells of the table that follows the text, without the head. */
function tableAfter(text: string): string[][] {
  const [, rest = ""] = readme.split(text, 2);
  const rows = /(?:^\|.*\n)+/m.exec(rest)?.[0].trim().split("\n").slice(2) ?? [];
  return rows.map((row) =>
    row
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}
function code(cell = ""): string {
  return /^`([^`]+)`$/.exec(cell)?.[1] ?? cell;
}

test("the table of errors is the contract", () => {
  const rows = tableAfter("<!-- errors:").map(([name, status, retryable, retryAfter]) => [
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

test("the table of page errors has every code that is not the endpoint's", () => {
  const own = Object.keys(ADVICE).filter((name) => !Object.hasOwn(PUBLIC_ERRORS, name));
  expect(tableAfter("<!-- page errors:").map(([name]) => code(name))).toEqual(own);
});

test("the table of log codes has every reason to fail, and what the caller sees of it", () => {
  const reasons = Object.values(errors).filter((Reason) => Reason !== errors.TokenError) as (new (
    message: string,
  ) => errors.TokenError)[];
  const codes = new Map(reasons.map((Reason) => new Reason("")).map((error) => [error.code, error.publicCode]));
  const rows = tableAfter("<!-- log codes:").map(([name, seenAs]) => [
    code(name),
    seenAs === "the same" ? code(name) : code(seenAs),
  ]);
  expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(codes));
});

test("the table of settings has every setting, and which are required", () => {
  const rows = tableAfter("<!-- settings:").map(([name, byDefault]) => [code(name), byDefault === "required"]);
  const schema = Object.entries(deploymentSchema.shape).map(([name, type]) => [
    name,
    !type.safeParse(undefined).success,
  ]);
  expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(schema));
});

test("the table of variables has every variable of the function, with its default", () => {
  const [, members = ""] = /interface FunctionEnvironment \{([\s\S]*?)\n\}/.exec(read("lambda/contract.ts")) ?? [];
  const names = [...members.matchAll(/^ {2}(\w+): string;/gm)].map(([, name]) => name);
  const rows = new Map(tableAfter("<!-- environment:").map(([name, value]) => [code(name), value]));
  expect([...rows.keys()]).toEqual(names);
  for (const [name, value] of Object.entries(ENVIRONMENT_DEFAULTS)) expect(rows.get(name)).toContain(`\`${value}\``);
});

test("the table of routes has every route", () => {
  expect(tableAfter("## API").map(([route]) => code(route))).toEqual(
    ROUTES.map(({ method, path }) => `${method} ${path}`),
  );
});

test("the defaults in the table of settings are the constructs' own", () => {
  const byDefault = Object.fromEntries(tableAfter("<!-- settings:").map(([name, value]) => [code(name), code(value)]));
  expect(byDefault).toMatchObject({
    identityClaim: ENVIRONMENT_DEFAULTS.IDENTITY_CLAIM,
    identityField: ENVIRONMENT_DEFAULTS.IDENTITY_FIELD,
    identityMapping: ENVIRONMENT_DEFAULTS.IDENTITY_MAPPING,
    nameClaim: ENVIRONMENT_DEFAULTS.NAME_CLAIM,
    throttle: /rateLimit: (\d+), burstLimit: (\d+)/.exec(read("lib/token-api.ts"))?.slice(1).join(", "),
    logRetentionDays: String(RetentionDays.ONE_MONTH),
    allowAnyApiHost: "false",
  });
});

test("the example settings are accepted, and the example command is the one that CI runs", () => {
  const [, example = ""] = /"mindset": (\{[\s\S]*?\n {3}\})/.exec(readme) ?? [];
  expect(() => parseDeploymentConfig(JSON.parse(example))).not.toThrow();
  expect(readme).toContain(`npx ${JSON.parse(read("package.json")).scripts["synth:example"]}`);
});

test("every provider of the table has settings that are accepted once its names are filled in", () => {
  const rows = tableAfter("### Identity providers");
  expect(rows.map(([provider]) => provider)).toEqual([
    "Amazon Cognito",
    "Auth0",
    "Okta",
    "Microsoft Entra ID",
    "Clerk",
    "Firebase",
  ]);
  for (const [, issuerCell = "", , claimCell = ""] of rows) {
    const [issuer = "", identityClaim] = [issuerCell, claimCell].map((cell) => /^`([^`]+)`/.exec(cell)?.[1] ?? "");
    const filledIn = issuer.replace(/[A-Z_]{2,}/g, "example").replace("https://example", "https://login.example.com");
    const least = { apiHost: "a.api.mindset.ai", appUid: "a", audience: "a" };
    expect(() => parseDeploymentConfig({ ...least, issuer: filledIn, identityClaim })).not.toThrow();
  }
});

test("the section on cost is what `npm run bench:cost` prints; `npm run bench:cost -- --write` mends it", () => {
  const [, section] = /<!-- cost:.*-->\n([\s\S]*?)\n<!-- end of cost -->/.exec(readme) ?? [];
  expect(section).toBe(toCostSection(JSON.parse(read("bench/figures.json"))));
});

test("every command of npm that is named exists", () => {
  const scripts = Object.keys(JSON.parse(read("package.json")).scripts);
  const named = [...readme.matchAll(/npm (?:run (?:-s )?([\w:-]+)|(start|test)\b)/g)].map(
    ([, script, short]) => script ?? short,
  );
  expect(named.length).toBeGreaterThan(5);
  for (const script of named) expect(scripts).toContain(script);
});

test("every file and folder that is named exists", () => {
  const named = [...readme.matchAll(/[(`]((?:bin|lib|lambda|operator|test|events|local|web)\/[\w./-]+)[)`]/g)].map(
    ([, file = ""]) => file,
  );
  expect(named.length).toBeGreaterThan(10);
  for (const file of named.filter((file) => file !== "events/env.json")) expect(() => read(file)).not.toThrow();
});
