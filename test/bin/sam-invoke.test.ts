import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";

let tools: string;
beforeEach(() => {
  tools = mkdtempSync(join(tmpdir(), "tools-"));
});
afterEach(() => rmSync(tools, { recursive: true }));

/** Puts a command where the script finds it, in place of the real one. */
function install(name: string, script: string) {
  writeFileSync(join(tools, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(tools, name), 0o755);
}

function samInvoke(PATH: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["bin/sam-invoke.ts", ...args], {
    env: { ...process.env, PATH },
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

describe("npm run sam:invoke", () => {
  test.each([
    ["without an event", [], "npm run sam:invoke -- events/signed-in.json"],
    ["with an event that is not there", ["events/none.json"], "There is no file events/none.json"],
    ["without SAM", ["events/signed-in.json"], 'The SAM CLI ("sam") is not installed'],
  ])("fails %s, and says what to do", (_, args, message) => {
    const { status, stderr } = samInvoke(tools, ...args);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(status).toBe(1);
  });

  test("fails without Docker, and says what to do", () => {
    install("sam", "exit 0");
    install("docker", "exit 1");
    const { status, stderr } = samInvoke(tools, "events/signed-in.json");
    expect(stderr).toContain('"docker info" fails');
    expect(status).toBe(1);
  });

  test("has SAM invoke the function, with the event, the environment and the developer's own options", () => {
    install("sam", 'echo "$@"; [ "$1" = --version ] || exit 7');
    install("docker", "exit 0");
    const { status, stdout } = samInvoke(`${tools}:${process.env.PATH}`, "events/signed-in.json", "--skip-pull-image");
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
