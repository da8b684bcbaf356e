/** `npm run test:faults`: runs every scenario at full size and prints the figures; `-- upstream signIn` runs only those. */
import { spawnSync } from "node:child_process";
import { availableParallelism, cpus } from "node:os";

const names = process.argv.slice(2).map((name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`));
const machine = `${availableParallelism()} CPUs (${cpus()[0]?.model})`;
console.log(`Node.js ${process.version}, ${machine}, ${new Date().toISOString().slice(0, 10)}`);

const { status } = spawnSync(
  process.execPath,
  [
    "--experimental-vm-modules",
    "--disable-warning=ExperimentalWarning",
    "node_modules/jest/bin/jest.js",
    ...(names.length > 0 ? names.map((name) => `test/faults/.*${name}`) : ["test/faults/"]),
    "--runInBand",
    "--testMatch=<rootDir>/test/faults/**/*.test.ts",
  ],
  { stdio: "inherit", env: { ...process.env, FAULTS_SIZE: "full" } },
);
process.exit(status ?? 1);
