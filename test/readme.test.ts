import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { ENVIRONMENT_DEFAULTS, PUBLIC_ERRORS, ROUTES } from "../lambda/contract.ts";
import * as errors from "../lambda/errors.ts";
import { deploymentSchema } from "../lib/deployment-schema.ts";

const read = (file: string): string => readFileSync(new URL(`../${file}`, import.meta.url), "utf8");
const readme = read("README.md");

/** The cells of the table that follows the text, without the head. */
const tableAfter = (text: string): string[][] => {
  const [, rest = ""] = readme.split(text, 2);
  const rows = /(?:^\|.*\n)+/m.exec(rest)?.[0].trim().split("\n").slice(2) ?? [];
  return rows.map((row) =>
    row
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
};
const code = (cell = ""): string => /^`([^`]+)`$/.exec(cell)?.[1] ?? cell;

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

test("every command of npm that is named exists", () => {
  const scripts = Object.keys(JSON.parse(read("package.json")).scripts);
  const named = [...readme.matchAll(/npm (?:run (?:-s )?([\w:]+)|(start|test)\b)/g)].map(
    ([, script, short]) => script ?? short,
  );
  expect(named.length).toBeGreaterThan(5);
  for (const script of named) expect(scripts).toContain(script);
});

test("every file and folder that is named exists", () => {
  const named = [...readme.matchAll(/[(`]((?:bin|lib|lambda|test|events|local|web)\/[\w./-]+)[)`]/g)].map(
    ([, file = ""]) => file,
  );
  expect(named.length).toBeGreaterThan(10);
  for (const file of named.filter((file) => file !== "events/env.json")) expect(() => read(file)).not.toThrow();
});
