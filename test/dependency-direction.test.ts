import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const filesIn = (folder: string): string[] =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".ts"))
    .map((name) => `${folder}/${name}`);
const textOf = (file: string): string => readFileSync(join(root, file), "utf8");

/** Files of this project as paths from its root, everything else by its name, e.g. `node:http`. */
const importsOf = (file: string): string[] => {
  const named = [...textOf(file).matchAll(/(?:from|import|import\()\s*"([^"]+)"/g)].map(
    ([, specifier = ""]) => specifier,
  );
  return named.map((specifier) =>
    specifier.startsWith(".") ? relative(root, join(root, dirname(file), specifier)) : specifier,
  );
};
const kindOf = (file: string): string | undefined => /^\/\*\*\s+(?:\*\s+)?(Pure|Edge|Entry)\b/.exec(textOf(file))?.[1];

/** e.g. `@scope/name/types` -> `@scope/name`. */
const packageOf = (name: string): string =>
  name
    .split("/")
    .slice(0, name.startsWith("@") ? 2 : 1)
    .join("/");

const lambda = filesIn("lambda");
const lib = filesIn("lib");
const tokenSource = filesIn("web");
const page = filesIn("web/page");

test("there are files to look at", () => {
  expect(lambda.length).toBeGreaterThan(10);
  expect(lib.length).toBeGreaterThan(3);
  expect(importsOf("lambda/index.ts")).toContain("lambda/handler.ts");
});

test.each([...lambda, ...tokenSource, ...page])("%s says in its first line whether it is pure or an edge", (file) => {
  expect(kindOf(file)).toBeDefined();
});

describe.each(lambda)("%s", (file) => {
  test("depends on the function's own files and the packages it ships with, on nothing of the stack", () => {
    const shipped = Object.keys(JSON.parse(textOf("package.json")).dependencies);
    for (const name of importsOf(file)) {
      const isOwn = name.startsWith("lambda/");
      const isTypeOnly = name === "aws-lambda";
      expect(isOwn || isTypeOnly || name.startsWith("node:") || shipped.includes(packageOf(name))).toBe(true);
    }
  });
});

describe.each(lambda.filter((file) => kindOf(file) === "Pure"))("%s is pure", (file) => {
  test("no network, no SDK, no environment", () => {
    const edges = /^(node:(https?|net|tls|dns|fs|child_process|process)|@aws-sdk\/|@aws-lambda-powertools\/)/;
    expect(importsOf(file).filter((name) => edges.test(name))).toEqual([]);
    expect(textOf(file).replace(/\/\*[\s\S]*?\*\//g, "")).not.toMatch(/process\.(env|stdout)|console\.|\bfetch\(/);
  });
});

test("only the entry, and what gives the SDK its settings and credentials, read the environment", () => {
  const code = (file: string) => textOf(file).replace(/\/\*[\s\S]*?\*\//g, "");
  expect(lambda.filter((file) => code(file).includes("process.env"))).toEqual([
    "lambda/environment-configuration.ts",
    "lambda/environment-credentials.ts",
    "lambda/index.ts",
  ]);
});

test("the contract imports nothing", () => {
  expect(importsOf("lambda/contract.ts")).toEqual([]);
});

test("the stack knows of the function nothing but the contract", () => {
  for (const file of lib) {
    const ofLambda = importsOf(file).filter((name) => name.startsWith("lambda/"));
    expect(ofLambda.filter((name) => name !== "lambda/contract.ts")).toEqual([]);
    expect(importsOf(file).filter((name) => /^(bin|local|web|test)\//.test(name))).toEqual([]);
  }
});

test.each(tokenSource)("%s depends on the token source's own files, and on the contract for types alone", (file) => {
  const others = importsOf(file).filter((name) => !/^web\/[\w-]+\.ts$/.test(name));
  expect(others.filter((name) => name !== "lambda/contract.ts")).toEqual([]);
  expect(textOf(file)).not.toMatch(/^import (?!type\b).*lambda\//m);
});

test("only one file of the token source touches the network", () => {
  expect(tokenSource.filter((file) => /\bfetch\(/.test(textOf(file)))).toEqual(["web/fetch-token.ts"]);
});

test.each(page)("%s depends on the page's own files, the token source and its sign-in library", (file) => {
  expect(importsOf(file).filter((name) => !name.startsWith("web/") && name !== "oidc-client-ts")).toEqual([]);
});

test("the token source does not know the page, and the servers on this machine know of it the protocol alone", () => {
  expect(tokenSource.flatMap(importsOf).filter((name) => name.startsWith("web/page/"))).toEqual([]);
  const known = filesIn("local")
    .flatMap(importsOf)
    .filter((name) => name.startsWith("web/"));
  expect(new Set(known)).toEqual(new Set(["web/page/local-protocol.ts"]));
});
