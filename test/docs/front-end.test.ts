import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { writeExamples } from "./front-end-examples.ts";
import { read } from "./markdown.ts";

const root = join(import.meta.dirname, "../..");

/** Fakes of what the examples import; test/web/vite-app.long.test.ts checks them with the real packages. */
const SIGN_INS = `
  declare module "@auth0/auth0-spa-js" { export const createAuth0Client: any }
  declare module "@okta/okta-auth-js" { export const OktaAuth: any }
  declare module "@azure/msal-browser" {
    export const createStandardPublicClientApplication: any;
    export class InteractionRequiredAuthError extends Error {}
  }
  declare module "aws-amplify/auth" { export const fetchAuthSession: any }
  declare module "firebase/auth" { export const getAuth: any }
  declare module "vue" {
    export function onMounted(hook: () => void): void;
    export function ref<T>(): { value: T | undefined };
  }
  declare function defineProps<T>(): T;
`;

const TSCONFIG = {
  compilerOptions: {
    strict: true,
    noEmit: true,
    target: "es2022",
    lib: ["es2022", "dom"],
    module: "esnext",
    moduleResolution: "bundler",
    moduleDetection: "force",
    jsx: "react-jsx",
    types: [],
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    paths: {
      "mindset-token-endpoint/token-source": ["../../web/token-source/index.ts"],
      "mindset-token-endpoint/token-source/*": ["../../web/token-source/*.ts"],
    },
  },
};

let folder: string;
beforeAll(() => {
  mkdirSync(join(root, "dist"), { recursive: true });
  folder = mkdtempSync(join(root, "dist/examples-"));
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(TSCONFIG));
  writeFileSync(join(folder, "sign-ins.d.ts"), SIGN_INS);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** @returns what the compiler reports. */
function check(change?: (code: string) => string): string {
  writeExamples(folder, change);
  try {
    return execFileSync("npx", ["tsc", "-p", folder], { cwd: root, encoding: "utf8" });
  } catch (error) {
    return String(Object(error).stdout);
  }
}

test("has an example for each sign-in, each SDK, React and Vue", () => {
  const page = read("docs/front-end.md");
  for (const part of ["auth0-spa-js", "okta-auth-js", "msal-browser", "aws-amplify", "firebase", "credentials: "])
    expect(page).toContain(part);
  for (const part of ["getAuthToken: source", "source.fetchAuthentication ", "fetchAuthenticationObject", "tsx", "vue"])
    expect(page).toContain(part);
});

test("has examples without type errors", () => {
  expect(check()).toBe("");
}, 60_000);

test("would report mistakes in the examples", () => {
  const report = check((code) =>
    code
      .replace("error.code", "error.kind")
      .replace("appUid:", "appUrl:")
      .replace("return <mindset-agent", "return <mindset-bot")
      .replace('credentials: "include"', 'credentials: "includes"'),
  );

  for (const message of ["'kind' does not exist", "'appUid' is missing", "'mindset-bot' does not exist", '"includes"'])
    expect(report).toContain(message);
}, 60_000);
