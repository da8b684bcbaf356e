/** Builds each variant into a folder that a Lambda runtime can load. */
import { cpSync, mkdirSync, readdirSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { type BuildOptions, build } from "esbuild";
import { type Deployment, synthesize } from "./deployment.ts";

/** One variant. */
export interface Variant {
  name: string;
  /** A folder with `index.js` or `index.mjs`. */
  taskRoot: string;
  /** Size of everything that would be deployed, before compression. */
  assetBytes: number;
  /** It issues no token: the cost of Node and the runtime client only. */
  isEmpty?: boolean;
}

export const OURS = "this function";
export const MINIMUM = "minimum";

/** The variants, and the deployment whose environment and memory they share. */
export interface Built {
  variants: Variant[];
  /** The variant that is deployed. */
  ours: Variant;
  deployment: Deployment;
}

/** Builds the variants into a folder; without `alternatives`, only those that CI's thresholds need. */
export async function buildVariants(folder: string, { alternatives }: { alternatives: boolean }): Promise<Built> {
  const deployment = synthesize(folder);
  const ours = deployed(folder, deployment);
  const variants = [await minimum(folder), ours];
  if (!alternatives) return { variants, ours, deployment };
  return { variants: [await empty(folder), ...variants, ...(await others(folder))], ours, deployment };
}

const MINIFIED: BuildOptions = { bundle: true, minify: true, platform: "node", target: "node24", logLevel: "warning" };
// A bundled ES module has no `require`, which CommonJS packages call.
const REQUIRE = 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';
const BENCH = import.meta.dirname;

async function empty(folder: string): Promise<Variant> {
  return {
    ...(await bundle(folder, "empty", { ...MINIFIED, format: "cjs" })),
    name: "empty handler",
    isEmpty: true,
  };
}

async function minimum(folder: string): Promise<Variant> {
  return {
    ...(await bundle(folder, "minimum", { ...MINIFIED, format: "cjs" })),
    name: MINIMUM,
  };
}

/** The deployed asset. */
function deployed(folder: string, { assetFolder }: Deployment): Variant {
  const taskRoot = join(folder, "ours");
  cpSync(assetFolder, taskRoot, { recursive: true });
  return { name: OURS, taskRoot, assetBytes: sizeOf(taskRoot) };
}

async function others(folder: string): Promise<Variant[]> {
  const esm: BuildOptions = { ...MINIFIED, format: "esm", banner: { js: REQUIRE } };
  const unbundled = await bundle(folder, "express-axios", { format: "esm" }, "unbundled");
  symlinkSync(join(BENCH, "node_modules"), join(unbundled.taskRoot, "node_modules"));
  const packages = sizeOf(join(BENCH, "node_modules"));
  return [
    { ...(await bundle(folder, "middy-fetch", esm)), name: "Middy, SDK, fetch" },
    { ...(await bundle(folder, "express-axios", esm)), name: "Express, axios, SDK" },
    { ...unbundled, assetBytes: unbundled.assetBytes + packages, name: "the same, not bundled" },
  ];
}

async function bundle(folder: string, source: string, options: BuildOptions, name = source) {
  const taskRoot = join(folder, name);
  mkdirSync(taskRoot);
  const outfile = join(taskRoot, options.format === "esm" ? "index.mjs" : "index.js");
  await build({ ...options, entryPoints: [join(BENCH, "variants", `${source}.ts`)], outfile });
  return { taskRoot, assetBytes: sizeOf(taskRoot) };
}

function sizeOf(path: string): number {
  return statSync(path).isFile()
    ? statSync(path).size
    : readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}
