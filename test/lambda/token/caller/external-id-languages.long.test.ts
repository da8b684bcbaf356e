import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";

const vectorsFile = resolve("test/lambda/external-id.vectors.json");
const vectors: { subject: string; issuerAlias?: string; externalId: string }[] = JSON.parse(
  readFileSync(vectorsFile, "utf8"),
);

/** For each language of docs/identity.md: a program around its function that maps every vector, one line each. */
const LANGUAGES = {
  python: {
    check: ["python3", "--version"],
    run: ["python3", "program.py"],
    file: "program.py",
    wrap: (code: string) => `${code}
import json, sys
for v in json.load(open(${JSON.stringify(vectorsFile)}, encoding="utf-8")):
    print(external_id(v["subject"], v.get("issuerAlias", "")))
`,
  },
  go: {
    check: ["go", "version"],
    run: ["go", "run", "program.go"],
    file: "program.go",
    wrap: (code: string) => `package main
import ("crypto/sha256"; "encoding/json"; "fmt"; "os"; "regexp"; "strings")
${code}
func main() {
	text, _ := os.ReadFile(${JSON.stringify(vectorsFile)})
	var vectors []struct{ Subject, IssuerAlias string }
	json.Unmarshal(text, &vectors)
	for _, v := range vectors { fmt.Println(ExternalID(v.Subject, v.IssuerAlias)) }
}
`,
  },
  php: {
    check: ["php", "--version"],
    run: ["php", "program.php"],
    file: "program.php",
    wrap: (code: string) => `<?php
${code}
foreach (json_decode(file_get_contents(${JSON.stringify(vectorsFile)}), true) as $v) {
    echo external_id($v['subject'], $v['issuerAlias'] ?? ''), "\\n";
}
`,
  },
};

const folder = mkdtempSync(join(tmpdir(), "external-id-"));
afterAll(() => rmSync(folder, { recursive: true }));

function codeOf(language: string): string {
  const [, code = ""] =
    new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(readFileSync("docs/identity.md", "utf8")) ?? [];
  return code;
}

function isThere([command = "", ...args]: string[]): boolean {
  return spawnSync(command, args).status === 0;
}

describe.each(Object.entries(LANGUAGES))(
  "the %s function in docs/identity.md",
  (language, { check, run, file, wrap }) => {
    (isThere(check) ? test : test.skip)(
      "maps every golden vector",
      () => {
        writeFileSync(join(folder, file), wrap(codeOf(language)));
        const [command = "", ...args] = run;
        const env = { ...process.env, PYTHONIOENCODING: "utf-8", GOFLAGS: "-mod=mod", GO111MODULE: "off" };
        const { stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: "utf8", env });
        expect(stderr).toBe("");
        expect(stdout.trimEnd().split("\n")).toEqual(vectors.map(({ externalId }) => externalId));
      },
      120_000,
    );
  },
);
