/** Edge (disk): the files of the page, its script and style built from web/page/ into one each. */
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { buildSync } from "esbuild";

const FOLDER = join(import.meta.dirname, "../../web/page");

/** A file as it is served. */
export interface PageFile {
  contentType: string;
  body: string;
}

/** Builds the page in memory; gives its files by path, e.g. `/page.js`. */
export function buildPage(): Map<string, PageFile> {
  const { outputFiles } = buildSync({
    entryPoints: [join(FOLDER, "page.ts"), join(FOLDER, "page.css")],
    bundle: true,
    format: "esm",
    target: "es2024",
    outdir: FOLDER, // only names the files: nothing is written
    write: false,
    logLevel: "silent", // a mistake is thrown
  });
  function text(name: string) {
    return readFileSync(join(FOLDER, name), "utf8");
  }
  return new Map([
    ["/", { contentType: "text/html; charset=utf-8", body: text("index.html") }],
    ["/icon.svg", { contentType: "image/svg+xml", body: text("icon.svg") }],
    ...outputFiles.map(({ path, text: body }): [string, PageFile] => {
      const contentType = path.endsWith(".css") ? "text/css; charset=utf-8" : "text/javascript; charset=utf-8";
      return [`/${basename(path)}`, { contentType, body }];
    }),
  ]);
}
