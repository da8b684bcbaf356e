import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { toSamCommand } from "../../bin/sam-command.ts";

let tools: string;
beforeEach(() => {
  tools = mkdtempSync(join(tmpdir(), "tools-"));
});
afterEach(() => rmSync(tools, { recursive: true }));

/** Adds a fake command. */
function install(name: string, script: string) {
  writeFileSync(join(tools, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(tools, name), 0o755);
}

function samInvoke(PATH: string, args: string[], environment: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["bin/sam-invoke.ts", ...args], {
    env: { ...process.env, DOCKER_HOST: "", ...environment, PATH },
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

describe("npm run sam:invoke", () => {
  test.each([
    ["without an event", [], "npm run sam:invoke -- events/signed-in.json"],
    ["with an event that does not exist", ["events/none.json"], "File not found: events/none.json"],
    ["without SAM", ["events/signed-in.json"], 'The SAM CLI ("sam") is not installed'],
  ])("fails %s, and says what to do", (_, args, message) => {
    const { status, stderr } = samInvoke(tools, args);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(status).toBe(1);
  });

  test("fails without Docker, and says what to do", () => {
    install("sam", "exit 0");
    install("docker", "exit 1");
    const { status, stderr } = samInvoke(tools, ["events/signed-in.json"]);
    expect(stderr).toContain('"docker info" fails');
    expect(status).toBe(1);
  });

  test("needs no docker command where DOCKER_HOST is set", () => {
    install("sam", '[ "$1" = --version ] || exit 7');
    install("docker", "exit 1");
    const environment = { DOCKER_HOST: "tcp://build.example:2375" };
    expect(samInvoke(`${tools}:${process.env.PATH}`, ["events/signed-in.json"], environment).status).toBe(7);
  }, 60_000);

  test("prints how to use it with --help", () => {
    const { status, stdout } = samInvoke(tools, ["--help"]);
    expect(stdout).toMatch(/^Usage: npm run sam:invoke -- EVENT/);
    expect(status).toBe(0);
  });

  test("runs SAM with the event, the environment and your own options", () => {
    install("sam", 'echo "$@"; [ "$1" = --version ] || exit 7');
    install("docker", "exit 0");
    const { status, stdout } = samInvoke(`${tools}:${process.env.PATH}`, [
      "events/signed-in.json",
      "--skip-pull-image",
    ]);
    expect(stdout).toMatch(
      /^local invoke TokenFunction --template \S+cdk\.out\/sam\/Sam\.template\.json --event events\/signed-in\.json /,
    );
    expect(stdout).toMatch(
      / --env-vars \S+events\/env(\.example)?\.json --add-host host\.docker\.internal:host-gateway --skip-pull-image$/m,
    );
    expect(status).toBe(7);
    const [, template = ""] = /--template (\S+)/.exec(stdout) ?? [];
    expect(JSON.parse(readFileSync(template, "utf8")).Resources).toBeDefined();
  }, 60_000);
});

describe("the command that starts SAM", () => {
  const args = ["local", "invoke", "--event", "C:\\My events\\a.json", "--parameter", 'a="b"'];

  test.each(["linux", "darwin"] as const)("is sam itself on %s", (platform) => {
    expect(toSamCommand(args, platform)).toEqual({ command: "sam", args, shell: false });
  });

  test("is a line for the shell on Windows, where sam is a batch file, with every argument quoted", () => {
    expect(toSamCommand(args, "win32")).toEqual({
      command: `sam "local" "invoke" "--event" "C:\\My events\\a.json" "--parameter" "a=""b"""`,
      args: [],
      shell: true,
    });
  });
});
