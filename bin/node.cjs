/** Preload for every command (`node -r ./bin/node.cjs`): one sentence where Node 24, the packages or two dashes are missing. Runs on Node 16. */
"use strict";
const { existsSync } = require("node:fs");
const http = require("node:http");
const { join } = require("node:path");

const { node } = process.versions;
const isInstalled = existsSync(join(__dirname, "../node_modules"));

if (Number.parseInt(node, 10) < 24 || !isInstalled) {
  console.error(
    `This project needs Node 24 and its npm packages, and this is Node ${node}${isInstalled ? "" : " without the packages"}: ` +
      'run "npm ci", then use "npm start", "npm run ..." or "npx cdk ..."; ' +
      "where npm ci brings no Node 24 (macOS, or install scripts turned off), install it from https://nodejs.org/.",
  );
  process.exit(1);
}

const { npm_lifecycle_event: script, npm_config_call: option = "" } = process.env;
// "npm run template -c env=prod": to npm, -c is its own --call. Of several, it keeps the last.
if (script && script !== "npx" && /^[\w.]+=/.test(option)) {
  const command =
    script === "cdk"
      ? `npx cdk COMMAND -c ${option}`
      : `npm run ${script} -- -c ${option} (in PowerShell, with '--' in quotes)`;
  console.error(`npm took -c ${option} for itself. Write ${command}.`);
  process.exit(2);
}

if (process.env.NODE_USE_ENV_PROXY) {
  const { no_proxy, NO_PROXY } = process.env;
  // A proxy cannot reach the servers that `npm start` runs on this machine.
  process.env.no_proxy = [no_proxy || NO_PROXY, "localhost", "127.0.0.1", "::1"].filter(Boolean).join(",");
  http.setGlobalProxyFromEnv(process.env);
}
