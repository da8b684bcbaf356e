import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, test } from "@jest/globals";

const root = join(import.meta.dirname, "..");

/**
 * What the files of a room may import in addition to files of the same room and Node's modules. A room is a folder with all below it
 * that is not a room of its own, or a file. `"packages:shipped"` are the dependencies in package.json, `"packages:any"` all.
 */
const ROOMS: Record<string, readonly string[]> = {
  "lambda/contract.ts": [],
  "lambda/allowed-origin.ts": [],
  "lambda/find-claim.ts": [],
  "lambda/grants-data.ts": [],
  "lambda/sign-in-settings.ts": [],
  "lambda/aws-sdk": [],
  "lambda/token/errors.ts": ["lambda/contract.ts"],
  "lambda/token/monotonic-clock.ts": [],
  "lambda/token/tls.ts": [],
  "lambda/token/grants-file.ts": ["lambda/grants-data.ts", "lambda/token/errors.ts"],
  "lambda/token/settings.ts": ["lambda/contract.ts", "lambda/token/errors.ts"],
  "lambda/token/caller": [
    "lambda/find-claim.ts",
    "lambda/grants-data.ts",
    "lambda/sign-in-settings.ts",
    "lambda/contract.ts",
    "lambda/token/errors.ts",
    "lambda/token/settings.ts",
  ],
  "lambda/token/api-key": ["lambda/contract.ts", "lambda/token/errors.ts", "lambda/token/tls.ts", "packages:shipped"],
  "lambda/token/http": [
    "lambda/contract.ts",
    "lambda/allowed-origin.ts",
    "lambda/token/errors.ts",
    "lambda/token/caller",
    "lambda/token/log",
    "packages:shipped",
  ],
  "lambda/token/mindset": [
    "lambda/token/errors.ts",
    "lambda/token/settings.ts",
    "lambda/token/monotonic-clock.ts",
    "lambda/token/tls.ts",
    "lambda/token/caller",
    "lambda/token/api-key",
    "lambda/token/http/token-request.ts",
  ],
  "lambda/token/http/token-request.ts": ["lambda/token/errors.ts", "lambda/token/caller"],
  "lambda/token/log": [
    "lambda/contract.ts",
    "lambda/token/errors.ts",
    "lambda/token/monotonic-clock.ts",
    "lambda/token/caller",
    "lambda/token/api-key",
    "lambda/token/mindset",
    "packages:shipped",
  ],
  "lambda/token": ["lambda", "packages:shipped"],
  "lambda/authorizer": [
    "lambda/contract.ts",
    "lambda/find-claim.ts",
    "lambda/sign-in-settings.ts",
    "lambda/allowed-origin.ts",
    "packages:shipped",
  ],
  "lib/config": ["lambda/contract.ts", "lambda/grants-data.ts", "lambda/sign-in-settings.ts", "packages:any"],
  lib: ["lib/config", "lambda/contract.ts", "lambda/grants-data.ts", "lambda/sign-in-settings.ts", "packages:any"],
  bin: ["bin/set-key", "bin/doctor", "lambda", "lib", "local", "packages:any"],
  "bin/doctor": ["bin/set-key", "lambda", "lib/config", "packages:any"],
  "bin/set-key": ["lambda", "lib/config", "packages:any"],
  "local/http": [],
  local: ["local/http", "lambda", "web/page/local-protocol.ts", "packages:any"],
  "web/token-source": ["lambda/contract.ts"],
  "web/page": ["web/token-source", "lambda/contract.ts", "oidc-client-ts"],
};

const TYPES_ONLY_PACKAGES = ["aws-lambda", "react"];

const manifest = JSON.parse(textOf("package.json"));
const files = Object.keys(ROOMS)
  .map((room) => room.split("/")[0] ?? "")
  .filter((folder, index, all) => all.indexOf(folder) === index)
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((f) => `${folder}/${f}`),
  )
  .filter((file) => file.endsWith(".ts"));

function textOf(file: string): string {
  return readFileSync(join(root, file), "utf8");
}

/** Files of this project as paths from its root, everything else by its name, e.g. `node:http`. */
function importsOf(file: string): string[] {
  return [...textOf(file).matchAll(/(?:\bfrom|\bimport|\bimport\()\s*"([^"]+)"/g)]
    .map(([, specifier = ""]) => specifier)
    .map((specifier) => (specifier.startsWith(".") ? relative(root, join(root, dirname(file), specifier)) : specifier));
}

function roomOf(file: string): string {
  const rooms = Object.keys(ROOMS).filter((room) => file === room || file.startsWith(`${room}/`));
  return rooms.sort((a, b) => b.length - a.length)[0] ?? "";
}

/** e.g. `@scope/name/types` -> `@scope/name`. */
function packageOf(name: string): string {
  return name.split("/", name.startsWith("@") ? 2 : 1).join("/");
}

function mayImport(file: string, name: string): boolean {
  const allowed = ROOMS[roomOf(file)] ?? [];
  if (name.startsWith("node:") || TYPES_ONLY_PACKAGES.includes(name)) return true;
  if (roomOf(name) === roomOf(file)) return true;
  if (allowed.some((room) => name === room || name.startsWith(`${room}/`))) return true;
  const isFile = name.endsWith(".ts");
  if (allowed.includes("packages:any") && !isFile) return true;
  return allowed.includes("packages:shipped") && Object.keys(manifest.dependencies).includes(packageOf(name));
}

test("every file belongs to a room, and every room has files", () => {
  expect(files.filter((file) => roomOf(file) === "")).toEqual([]);
  expect(Object.keys(ROOMS).filter((room) => !files.some((file) => roomOf(file) === room))).toEqual([]);
});

test("imports between rooms go one way only", () => {
  const forbidden = files.flatMap((file) =>
    importsOf(file)
      .filter((name) => !mayImport(file, name))
      .map((name) => `${file} imports ${name}`),
  );
  expect(forbidden).toEqual([]);
});

test("no file imports itself through others", () => {
  const circles: string[] = [];
  const done = new Set<string>();
  function visit(file: string, path: string[]) {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(" -> "));
    if (path.includes(file) || done.has(file)) return;
    for (const name of importsOf(file)) if (files.includes(name)) visit(name, [...path, file]);
    done.add(file);
  }
  for (const file of files) visit(file, []);
  expect(circles).toEqual([]);
});

describe("the function", () => {
  const lambda = files.filter((file) => file.startsWith("lambda/"));
  function codeOf(file: string) {
    return textOf(file).replace(/\/\*[\s\S]*?\*\//g, "");
  }

  test("reads the environment only in its entries and in what gives the AWS SDK its settings", () => {
    expect(lambda.filter((file) => codeOf(file).includes("process.env")).sort()).toEqual([
      "lambda/authorizer/index.ts",
      "lambda/aws-sdk/configuration.ts",
      "lambda/aws-sdk/credentials.ts",
      "lambda/token/index.ts",
    ]);
  });

  test("calls no fetch, which would load undici", () => {
    expect(lambda.filter((file) => /\bfetch\(/.test(codeOf(file)))).toEqual([]);
  });
});

describe("the token source", () => {
  const tokenSource = files.filter((file) => file.startsWith("web/token-source/"));

  test("imports nothing but types from the contract, so that none of it is bundled", () => {
    expect(tokenSource.filter((file) => /^import (?!type\b).*lambda\//m.test(textOf(file)))).toEqual([]);
  });

  test("touches the network in one file only", () => {
    expect(tokenSource.filter((file) => /\bfetch\(/.test(textOf(file)))).toEqual([
      "web/token-source/request/fetch-token.ts",
    ]);
  });
});
