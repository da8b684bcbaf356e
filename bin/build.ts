/** `npm run build`: writes the part of the npm package that runs in Node, with types and the functions' code, to dist/node. Runs esbuild and tsc. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { buildSync } from "esbuild";
import { bundleFunction, entries, type FunctionName } from "../lib/functions/bundle.ts";

const root = join(import.meta.dirname, "..");
const outdir = join(root, "dist/node");
const types = join(root, "node_modules/.cache/types");

/** The entries of the package, from the project's root. package.json names each under `exports`. */
const modules = ["lib/index", "lambda/token/caller/external-id", "web/token-source/index"];
const typesOnly = ["web/token-source/mindset", "web/token-source/react"];

rmSync(outdir, { recursive: true, force: true });
buildSync({
  absWorkingDir: root,
  entryPoints: modules.map((name) => `${name}.ts`),
  outbase: root,
  outdir,
  bundle: true,
  // CommonJS is what `cdk init` projects run; ES modules can import it too.
  format: "cjs",
  platform: "node",
  target: "node20",
  external: ["aws-cdk-lib", "constructs"],
  define: { "import.meta.dirname": "__dirname" },
  logLevel: "warning",
});
writeFileSync(join(outdir, "package.json"), '{ "type": "commonjs" }\n');
for (const name of Object.keys(entries) as FunctionName[]) {
  const folder = join(outdir, "lib/assets", name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "index.js"), bundleFunction(name));
}

execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-b", "lib", "web"], {
  cwd: root,
  stdio: "inherit",
});
const RELATIVE_IMPORT = /(\bfrom |\bimport |\bimport\()"(\.[^"]*)\.ts"/g;
const copied = new Set<string>();
for (const name of [...modules, ...typesOnly]) copyTypes(join(types, `${name}.d.ts`));

/** Copies declarations and those that they import. Other projects do not allow `.ts` in imports, so they become `.js`. */
function copyTypes(file: string): void {
  if (copied.has(file)) return;
  copied.add(file);
  const text = readFileSync(file, "utf8").replace(/\n\/\/# sourceMappingURL=.*/, "");
  const target = join(outdir, relative(types, file));
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text.replace(RELATIVE_IMPORT, '$1"$2.js"'));
  for (const [, , specifier] of text.matchAll(RELATIVE_IMPORT)) copyTypes(join(dirname(file), `${specifier}.d.ts`));
}
