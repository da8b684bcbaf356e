import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { toLogLine } from "../../lambda/token/log/line.ts";
import { documents, read } from "./markdown.ts";

/** Without the flag g: `test` would keep its position. */
const UNUSUAL =
  /\b(?:mend(?:s|ed|ing)?|whoever|nobody|meanwhile|for ever|befalls?|in force|is none|what one|stand-ins?|surroundings)\b/i;

test("README.md takes three minutes: at most 180 lines and 1,400 words", () => {
  const readme = read("README.md");
  expect(readme.trimEnd().split("\n").length).toBeLessThanOrEqual(180);
  expect(readme.trim().split(/\s+/).length).toBeLessThanOrEqual(1_400);
});

describe.each(documents)("%s", (document) => {
  const text = read(document);

  test("links only to files and headings that exist", () => {
    const broken = [...text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)].filter(([, file = "", heading]) => {
      const target = file ? join(dirname(document), file) : document;
      return !existsSync(target) || (heading && !anchorsOf(read(target)).includes(heading));
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  });

  test("names only npm scripts that exist", () => {
    const scripts = Object.keys(JSON.parse(read("package.json")).scripts);
    const named = [...text.matchAll(/npm (?:run (?:-s )?([\w:-]+)|(start|test)\b)/g)].map(
      ([, script, short]) => script ?? short ?? "",
    );
    const gone = document === "CHANGELOG.md" ? [] : named.filter((script) => !scripts.includes(script));
    expect(gone).toEqual([]);
  });

  test("names only files and folders that exist", () => {
    const named = [...text.matchAll(/`((?:\.ci|bin|docs|events|lambda|lib|local|test|web)\/[\w./-]*)`/g)];
    const made = ["events/env.json"];
    expect(named.map(([, path = ""]) => path).filter((path) => !existsSync(path) && !made.includes(path))).toEqual([]);
  });

  test("uses the usual words", () => {
    expect(text.match(UNUSUAL)).toBeNull();
  });

  test("has commands that can be pasted: no prompt before them", () => {
    expect(text).not.toMatch(/^\s*\$ /m);
  });
});

test("comments, messages and test titles use the usual words", () => {
  const unusual = sourceFiles().flatMap((file) =>
    read(file)
      .split("\n")
      .flatMap((line, index) => (UNUSUAL.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [])),
  );
  expect(unusual).toEqual([]);
});

test("docs/cost.md shows what docs/cost.mjs prints", () => {
  const output = execFileSync("node", ["docs/cost.mjs"], { encoding: "utf8" });
  expect(read("docs/cost.md")).toContain(output.trim());
});

test.each(["key-1", '{"apiKey":"key-1"}'])(
  "docs/operations.md computes the hash that the log has, from the secret %s",
  (secret) => {
    const [, program = ""] = /node -e '\n([\s\S]*?)'\n/.exec(read("docs/operations.md")) ?? [];
    const printed = execFileSync("node", ["-e", program], { input: `${secret}\nu-42\n`, encoding: "utf8" });
    const caller = { subject: "-", mindsetUser: { externalId: "u-42" }, name: undefined };
    const apiKey = { value: "key-1", ageMs: 0, problem: undefined };
    const request = { requestId: "-", awsRequestId: "-", coldStart: false, startedAtMs: 0, caller, apiKey };
    expect(printed.trim()).toBe(toLogLine(request, undefined, { monotonicMs: 0, date: new Date() }).subjectHash);
  },
);

/** Everything but JSON, which holds data, and this file, which names the words. */
function sourceFiles(): string[] {
  const folders = [".github", "bench", "bin", "docs", "lambda", "lib", "local", "test", "web"];
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => !name.startsWith("node_modules")) // bench/node_modules, after npm run bench
      .map((name) => join(folder, name)),
  );
  return files.filter(
    (file) => /\.(?:[cm]?[jt]s|css|html|py|sh|yml|md)$/.test(file) && file !== "test/docs/documents.test.ts",
  );
}

/** As GitHub makes them. */
function anchorsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
}
