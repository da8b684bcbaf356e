import { execFile, execFileSync, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "@jest/globals";

const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
const { app } = JSON.parse(readFileSync("cdk.json", "utf8")) as { app: string };

/** A clone before `npm ci`. */
const clone = mkdtempSync(join(tmpdir(), "clone-"));
mkdirSync(join(clone, "bin"));
cpSync("bin/node.cjs", join(clone, "bin/node.cjs"));
writeFileSync(join(clone, "bin/local.ts"), 'const text: string = "started"; console.log(text);');
afterAll(() => rmSync(clone, { recursive: true }));

/** Has Node say that it is Node 20. */
const asNode20 = join(clone, "node-20.cjs");
writeFileSync(asNode20, 'Object.defineProperty(process, "versions", { value: { node: "20.20.2" } });');

function run(node: string, command: string, cwd: string) {
  const [, ...args] = command.split(" ");
  const { status, stdout, stderr } = spawnSync(node, args, { cwd, encoding: "utf8" });
  return { status, output: stdout + stderr };
}

describe("a command on another machine", () => {
  test.each([
    [
      "Node 20, before npm ci",
      "20.20.2 without the packages",
      `node -r ${asNode20} -r ./bin/node.cjs bin/local.ts`,
      clone,
    ],
    ["Node 24, before npm ci", `${process.versions.node} without the packages`, scripts.start ?? "", clone],
    ["Node 20, with the packages", "20.20.2", `node -r ${asNode20} -r ./bin/node.cjs bin/local.ts`, "."],
  ])("fails with one sentence that says what to do: %s", (_, node, command, cwd) => {
    const { status, output } = run(process.execPath, command, cwd);
    expect(output).toMatch(/^This project needs Node 24 .* run "npm ci", then .*https:\/\/nodejs\.org\/\.\n$/);
    expect(output).toContain(`this is Node ${node}: run`);
    expect(status).toBe(1);
  });

  test("runs with Node 24 and the packages", () => {
    mkdirSync(join(clone, "node_modules"), { recursive: true });
    expect(run(process.execPath, scripts.start ?? "", clone)).toEqual({ status: 0, output: "started\n" });
    rmSync(join(clone, "node_modules"), { recursive: true });
  });

  test("is checked in every npm script and in the app of cdk.json", () => {
    const commands = Object.values({ ...scripts, app }).flatMap((script) => script.split(" && "));
    const unchecked = commands.filter((command) => /^node (?!-r \.\/bin\/node\.cjs |bin\/node\.cjs$)/.test(command));
    expect(unchecked).toEqual([]);
  });
});

describe("an option before two dashes, which npm takes for itself", () => {
  test("is refused with the command to write", () => {
    const args = ["run", "-s", "template", "-c", "mindset.appUid=a", "-c", "env=prod"];
    const { status, stderr } = spawnSync("npm", args, { encoding: "utf8", shell: process.platform === "win32" });
    expect(stderr).toContain("npm took -c env=prod for itself. Write npm run template -- -c env=prod (in PowerShell");
    expect(status).toBe(2);
  });

  test.each([
    [
      "is refused by the CDK app",
      { npm_lifecycle_event: "cdk", npm_config_call: "env=prod" },
      2,
      "Write npx cdk COMMAND -c env=prod.",
    ],
    ["may be a command for npx", { npm_lifecycle_event: "npx", npm_config_call: "A=b cdk synth" }, 0, ""],
    ["may be npx around npm run", { npm_lifecycle_event: "template", npm_config_call: "npm run template" }, 0, ""],
  ])("%s", (_, variables, expected, message) => {
    const args = ["-r", "./bin/node.cjs", "-e", "0"];
    const env = { ...process.env, ...variables };
    const { status, stderr } = spawnSync(process.execPath, args, { env, encoding: "utf8" });
    expect([status, stderr]).toEqual([expected, expect.stringContaining(message)]);
  });
});

test("a command that uses the proxy of the environment reaches this machine without it", async () => {
  const server = createServer((_request, response) => response.end("direct"));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  const script = `
    const text = (await fetch("${url}").then((response) => response.text()));
    require("node:http").get("${url}", (response) => response.on("data", (data) => console.log(text, String(data))));`;
  const { NO_PROXY, no_proxy, ...environment } = process.env;
  const env = { ...environment, NODE_USE_ENV_PROXY: "1", HTTP_PROXY: "http://127.0.0.1:9" };
  const args = ["-r", "./bin/node.cjs", "-e", `(async () => {${script}})()`];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  server.close();
  server.closeAllConnections();
  expect(stdout).toBe("direct direct\n");
});

/** The shell's own Node, where it is an old one. */
const oldNode = oldNodeOf(process.env.PATH ?? "");

function oldNodeOf(path: string): string | undefined {
  return path
    .split(delimiter)
    .filter((folder) => !folder.includes("node_modules"))
    .map((folder) => join(folder, "node"))
    .find((node) => {
      try {
        return /^v(18|20)\./.test(execFileSync(node, ["--version"], { encoding: "utf8", stdio: "pipe" }));
      } catch {
        return false;
      }
    });
}

(oldNode ? describe : describe.skip)("the shell's own Node 18 or 20", () => {
  test.each(["npm start", "cdk synth by a global cdk"])("is named by %s", (name) => {
    const { status, output } = run(oldNode ?? "", name === "npm start" ? (scripts.start ?? "") : app, ".");
    expect(output).toMatch(/^This project needs Node 24 .*, and this is Node (18|20)\..*\n$/);
    expect(status).toBe(1);
  });
});

test("git gives every file LF line endings, also where core.autocrlf is true", () => {
  const files = execFileSync("git", ["-c", "core.autocrlf=true", "ls-files", "--eol"], { encoding: "utf8" }).trim();
  expect(files.split("\n").filter((file) => !file.includes("attr/text=auto eol=lf"))).toEqual([]);
});
