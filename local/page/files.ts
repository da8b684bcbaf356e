/** Edge (disk): builds the files of the page from web/page/, and the content security policy they are served with. */
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { buildSync } from "esbuild";
import type { PageSettings } from "../../web/page/local-protocol.ts";

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
    outdir: FOLDER, // gives the files their names; nothing is written
    write: false,
    logLevel: "silent", // errors are thrown
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

/**
 * Gives the header with the content security policy of the page: its own files, the endpoint, what signs
 * users in, and nothing inline.
 *
 * Mindset's own SDK loads scripts, styles and data from places that are not documented. With it the policy only reports,
 * in the console of the browser, what your own page would have to allow.
 */
export function toPolicyHeader({ endpoint, signIn, sdkUrl, mindsetUrl }: PageSettings): Record<string, string> {
  const sdk = sdkUrl ? [new URL(sdkUrl).origin] : [];
  const signInUrl = signIn.by === "session" ? signIn.sessionUrl : new URL(signIn.issuer).origin;
  const connect = [new URL(endpoint).origin, signInUrl, ...(sdkUrl ? [mindsetUrl] : [])];
  function directive(name: string, ...sources: string[]) {
    return [name, "'self'", ...sources, ...sdk].join(" ");
  }
  const policy = [
    "default-src 'none'",
    directive("script-src"),
    directive("style-src"),
    directive("img-src"),
    directive("connect-src", ...connect),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
  return { [`content-security-policy${sdkUrl ? "-report-only" : ""}`]: policy };
}
