import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";

const root = join(import.meta.dirname, "../..");
const section = readFileSync(join(root, "docs/front-end.md"), "utf8");
const examples = [...section.matchAll(/```(tsx?)\n([\s\S]*?)```/g)].map(([, language = "", code = ""]) => ({
  language,
  code: code
    .replace("./dist/web/token-source/index.js", "../../web/token-source/index.ts")
    .replace("./source.js", "./0.ts"),
}));

/** What is the reader's own: a sign-in, and the global that Mindset's script makes. */
const SURROUNDINGS = `
  import type { Mindset } from "../../web/page/steps/mindset-sdk.ts";
  declare global {
    const mindset: Mindset;
    const yourSignIn: { getAccessToken(options: { refresh: boolean }): Promise<string | undefined> };
  }
  declare module "react" {
    namespace JSX {
      interface IntrinsicElements { "mindset-agent": { "agent-uid": string } }
    }
  }
`;

let folder: string;
beforeAll(() => {
  mkdirSync(join(root, "dist"), { recursive: true });
  folder = mkdtempSync(join(root, "dist/readme-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What the type checker says to the examples. */
function check(changed = (code: string) => code): string {
  const files = examples.map(({ language, code }, index) => {
    const file = join(folder, `${index}.${language}`);
    const needsSource = index > 0 && language === "ts";
    writeFileSync(file, (needsSource ? 'import { source } from "./0.ts";\n' : "") + changed(code));
    return file;
  });
  writeFileSync(join(folder, "surroundings.ts"), SURROUNDINGS);
  const options = ["--ignoreConfig", "--noEmit", "--strict", "--skipLibCheck", "--allowImportingTsExtensions"];
  const target = ["--lib", "es2024,dom", "--module", "esnext", "--moduleResolution", "bundler", "--jsx", "react-jsx"];
  try {
    const args = ["tsc", ...options, ...target, "--types", "", join(folder, "surroundings.ts"), ...files];
    return execFileSync("npx", args, { cwd: root, encoding: "utf8" });
  } catch (error) {
    return String(Object(error).stdout);
  }
}

test("there are examples for SDK 2, for SDK 3 in both forms, and for React", () => {
  const all = examples.map(({ code }) => code).join();
  for (const part of [
    "getAuthToken: source",
    "fetchAuthentication: source.fetchAuthentication ",
    "fetchAuthenticationObject",
    "useEffect",
  ]) {
    expect(all).toContain(part);
  }
});

test("every example is right, as far as types go", () => {
  expect(check()).toBe("");
}, 60_000);

test("a mistake in the React component would be found", () => {
  expect(check((code) => code.replace("error.code", "error.kind"))).toContain("Property 'kind' does not exist");
}, 60_000);
