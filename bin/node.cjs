/** Preload (`node -r ./bin/node.cjs`): exits with one sentence unless this is Node 24 with the packages installed. Runs on Node 16. */
"use strict";
const { existsSync } = require("node:fs");
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
