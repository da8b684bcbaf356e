import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import type { AccountRule } from "../../../lambda/grants-data.ts";
import { toGrantsData } from "../../../lambda/grants-data.ts";

/** Reads the rules and matches one caller with them in a new process, as a cold start does; prints the CPU time in ms. */
const COLD_START = `
  const { readFileSync } = await import("node:fs");
  const { readGrants } = await import("./lambda/token/grants-file.ts");
  const { grant } = await import("./lambda/token/caller/grants.ts");
  const [folder, mode] = process.argv.slice(1);
  const before = process.cpuUsage();
  const grants = mode === "parse" ? JSON.parse(readFileSync(folder + "/grants.json", "utf8")) : readGrants(folder);
  const claims = { groups: "[guests tenant-77 tenant-9999]" };
  const granted = mode !== "parse" && grants && grant(grants, { claims, source: "jwt", plainClaims: [] });
  const { user, system } = process.cpuUsage(before);
  console.log(JSON.stringify({ cpuMs: (user + system) / 1_000, rules: granted?.log?.rules }));
`;

function coldStart(folder: string, mode: "parse" | "grant"): { cpuMs: number; rules?: number[] } {
  const args = ["--input-type=module", "--eval", COLD_START, folder, mode];
  return JSON.parse(execFileSync("node", args, { encoding: "utf8" }));
}

/** The least of several, because other processes only ever add to it. */
function leastCpuMs(starts: { cpuMs: number }[]): number {
  return Math.min(...starts.map(({ cpuMs }) => cpuMs));
}

test("10,000 rules cost little more than parsing their file, which takes 2 to 4 ms, and no rules cost nothing", () => {
  const accountUids = Array.from({ length: 10_000 }, (_, i): AccountRule => {
    return { claim: "groups", value: `tenant-${i}`, accountUids: [`account-${String(i).padStart(20, "0")}`] };
  });
  const folder = mkdtempSync(join(tmpdir(), "asset-"));
  try {
    const without = Array.from({ length: 9 }, () => coldStart(folder, "grant"));
    writeFileSync(join(folder, "grants.json"), JSON.stringify(toGrantsData({ accountUids })));
    const pairs = Array.from({ length: 15 }, () => [coldStart(folder, "parse"), coldStart(folder, "grant")] as const);
    const parse = leastCpuMs(pairs.map(([first]) => first));

    expect(pairs[0]?.[1].rules).toEqual([78, 10_000]);
    expect(leastCpuMs(pairs.map(([, second]) => second))).toBeLessThan(2 * parse);
    expect(leastCpuMs(without)).toBeLessThan(parse / 2);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 60_000);
