import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startServer } from "../../local/http/server.ts";
import { writeExamples } from "../docs/front-end-examples.ts";
import { describeInBrowser } from "../support/browser/chromium.ts";
import { startScriptedEndpoint } from "../support/servers/scripted-endpoint.ts";
import { token } from "./token-source/rules/rule.ts";

const root = join(import.meta.dirname, "../..");
const SIGN_INS = ["@auth0/auth0-spa-js", "@okta/okta-auth-js", "@azure/msal-browser", "aws-amplify", "firebase", "vue"];

describe("a fresh Vite application with React and TypeScript", () => {
  let folder: string;
  let app: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "vite-app-"));
    app = join(folder, "app");
    run(root, "npm", "run", "-s", "build:web");
    const tarball = run(root, "npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", folder).trim();
    run(folder, "npx", "--yes", "create-vite@9", "app", "--template", "react-ts", "--no-interactive");
    const quietly = ["--no-audit", "--no-fund", "--ignore-scripts"];
    run(app, "npm", "install", ...quietly, join(folder, tarball), ...SIGN_INS);
  }, 570_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("compiles every example of docs/front-end.md with the real packages of the providers", () => {
    const names = writeExamples(join(app, "src"));
    expect(run(app, "npx", "tsc", "-b")).toBe("");
    for (const name of names.filter((name) => name.startsWith("example-"))) rmSync(join(app, "src", name));
  }, 120_000);

  describeInBrowser("in a browser", (launch) => {
    test("builds twice, and gives the SDK a token", async () => {
      const endpoint = await startScriptedEndpoint();
      endpoint.play([token()]);
      writeSources(join(app, "src"), endpoint.endpoint);
      for (let builds = 0; builds < 2; builds++) run(app, "npm", "run", "build");

      const site = await serve(join(app, "dist"));
      const browser = await launch();
      const page = await browser.newPage();
      await page.addInitScript(FAKE_SDK);
      await page.goto(site.url);
      await page.locator("mindset-agent[agent-uid=agent-1]", { hasText: "mindset-token" }).waitFor();
      await browser.close();
      await Promise.all([site.close(), endpoint.close()]);

      expect(endpoint.seen.map(({ headers }) => headers.authorization)).toEqual(["Bearer sentinel-1"]);
    }, 120_000);
  });
});

/** Does what Mindset's SDK 3 does: asks for a token, and fills its element. */
const FAKE_SDK = `
  window.mindset = {
    init: async ({ fetchAuthentication }) => {
      const token = await fetchAuthentication();
      document.querySelector("mindset-agent").textContent = token;
    },
  };
`;

/** The examples `source.ts` and `Agent.tsx` stay as they are, apart from the endpoint. */
function writeSources(src: string, endpoint: string) {
  const source = readFileSync(join(src, "source.ts"), "utf8");
  writeFileSync(join(src, "source.ts"), source.replace(/endpoint: ".*"/, `endpoint: "${endpoint}"`));
  writeFileSync(join(src, "sign-in.ts"), 'export const getAccessToken = async () => "sentinel-1";\n');
  writeFileSync(
    join(src, "App.tsx"),
    `import { Agent } from "./Agent.tsx";
     export default function App() { return <Agent agentUid="agent-1" signIn={() => {}} />; }`,
  );
}

function serve(folder: string) {
  const types: Record<string, string> = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };
  return startServer({
    port: 0,
    listener: ({ url = "/" }, response) => {
      const file = url === "/" ? "/index.html" : url;
      response.setHeader("content-type", types[extname(file)] ?? "application/octet-stream");
      response.end(readFileSync(join(folder, file)));
    },
  });
}

function run(cwd: string, command: string, ...args: string[]): string {
  try {
    return execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    throw new Error(`${command} ${args.join(" ")}: ${Object(error).stdout}${Object(error).stderr}`);
  }
}
