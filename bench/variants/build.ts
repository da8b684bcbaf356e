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
  /** The work of a request: issue a token, verify a caller, or nothing (the cost of Node and the runtime client). */
  work: "token" | "authorizer" | "nothing";
}

export const OURS = "this function";
export const MINIMUM = "minimum";
export const AUTHORIZER = "authorizer";
export const AUTHORIZER_MINIMUM = "authorizer, minimum";

/** The variant that a variant's ratios refer to. */
export function baselineOf(name: string): string {
  return name === AUTHORIZER || name === AUTHORIZER_MINIMUM ? AUTHORIZER_MINIMUM : MINIMUM;
}

/** The variants, and the deployment whose environment and memory they share. */
export interface Built {
  variants: Variant[];
  /** The variant that is deployed. */
  ours: Variant;
  deployment: Deployment;
}

/** Builds the variants into a folder; without `alternatives`, only those that CI's thresholds need. */
export async function buildVariants(folder: string, { alternatives }: { alternatives: boolean }): Promise<Built> {
  const { token: deployment, authorizer } = synthesize(folder);
  const ours: Variant = { ...deployed(folder, "ours", deployment), name: OURS, work: "token" };
  const variants = [
    await minimum(folder),
    ours,
    await authorizerMinimum(folder),
    { ...deployed(folder, "authorizer", authorizer), name: AUTHORIZER, work: "authorizer" as const },
  ];
  if (!alternatives) return { variants, ours, deployment };
  return { variants: [await empty(folder), ...variants, ...(await others(folder))], ours, deployment };
}

const MINIFIED: BuildOptions = { bundle: true, minify: true, platform: "node", target: "node24", logLevel: "warning" };
// A bundled ES module has no `require`, which CommonJS packages call.
const REQUIRE = 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';
const BENCH = join(import.meta.dirname, "..");

async function empty(folder: string): Promise<Variant> {
  return {
    ...(await bundle(folder, "empty", { ...MINIFIED, format: "cjs" })),
    name: "empty handler",
    work: "nothing",
  };
}

async function minimum(folder: string): Promise<Variant> {
  return {
    ...(await bundle(folder, "minimum", { ...MINIFIED, format: "cjs" })),
    name: MINIMUM,
    work: "token",
  };
}

async function authorizerMinimum(folder: string): Promise<Variant> {
  return {
    ...(await bundle(folder, "authorizer-minimum", { ...MINIFIED, format: "cjs" })),
    name: AUTHORIZER_MINIMUM,
    work: "authorizer",
  };
}

/** The deployed asset. */
function deployed(folder: string, name: string, { assetFolder }: Deployment) {
  const taskRoot = join(folder, name);
  cpSync(assetFolder, taskRoot, { recursive: true });
  return { taskRoot, assetBytes: sizeOf(taskRoot) };
}

async function others(folder: string): Promise<Variant[]> {
  const esm: BuildOptions = { ...MINIFIED, format: "esm", banner: { js: REQUIRE } };
  const unbundled = await bundle(folder, "express-axios", { format: "esm" }, "unbundled");
  symlinkSync(join(BENCH, "node_modules"), join(unbundled.taskRoot, "node_modules"));
  const packages = sizeOf(join(BENCH, "node_modules"));
  return [
    { ...(await bundle(folder, "middy-fetch", esm)), name: "Middy, SDK, fetch", work: "token" },
    { ...(await bundle(folder, "express-axios", esm)), name: "Express, axios, SDK", work: "token" },
    { ...unbundled, assetBytes: unbundled.assetBytes + packages, name: "the same, not bundled", work: "token" },
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
