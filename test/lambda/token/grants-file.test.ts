import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Grants } from "../../../lambda/grants-data.ts";
import { toGrantsData } from "../../../lambda/grants-data.ts";
import { readGrants } from "../../../lambda/token/grants-file.ts";
import { json, tokenEvent } from "../../support/events.ts";
import { observe, startTestEnvironment, type TestEnvironment } from "../../support/function.ts";

let environment: TestEnvironment;
let asset: string;
beforeAll(async () => {
  environment = await startTestEnvironment();
  asset = mkdtempSync(join(tmpdir(), "asset-"));
});
afterAll(async () => {
  rmSync(asset, { recursive: true });
  await environment.close();
});

const uid = "account-".padEnd(20, "1");
const rules: Grants = {
  accountUids: [{ claim: "groups", value: "staff", accountUids: [uid] }],
  tenantAdmin: [{ tenantClaim: "org_id", when: { claim: "org_role", values: ["admin"] } }],
};
const admin = { sub: "ada", groups: "[guests staff]", org_id: "acme", org_role: "admin" };

/** A cold start of the function with this file in its asset, and one request. */
async function requestWith(file: string | undefined, claims: Record<string, string> = admin, body = {}) {
  rmSync(join(asset, "grants.json"), { force: true });
  if (file !== undefined) writeFileSync(join(asset, "grants.json"), file);
  environment.mindset.requests.length = 0;
  const invoke = await environment.coldStart({ LAMBDA_TASK_ROOT: asset });
  const observed = await observe(invoke, tokenEvent(claims, json(body)));
  return { ...observed, sent: environment.mindset.requests.map((request) => request.body.toString()) };
}

test("what the rules grant is sent to Mindset, logged by rule number and counted", async () => {
  const { sent, lines, metrics } = await requestWith(JSON.stringify(toGrantsData(rules)));
  expect(sent).toEqual([JSON.stringify({ externalId: "ada", accountUids: [uid], externalTenantId: "acme" })]);
  expect(lines[0]).toMatchObject({ level: "INFO", outcome: "issued", grants: { rules: [1, 2] } });
  expect(metrics[0]).toMatchObject({ TenantAdminGranted: 1 });
  const [{ Metrics }] = metrics[0]._aws.CloudWatchMetrics;
  expect(Metrics).toContainEqual({ Name: "TenantAdminGranted", Unit: "Count" });
  expect(JSON.stringify([lines, metrics])).not.toMatch(/staff|acme|account-/);
});

test("a dry run sends nothing and is logged", async () => {
  const { sent, lines, metrics } = await requestWith(JSON.stringify(toGrantsData({ ...rules, dryRun: true })));
  expect(sent).toEqual(['{"externalId":"ada"}']);
  expect(lines[0].grants).toEqual({ rules: [1, 2], dryRun: true });
  expect(metrics[0]).not.toHaveProperty("TenantAdminGranted");
});

test("a warning raises the level of the log line", async () => {
  const { lines, metrics } = await requestWith(JSON.stringify(toGrantsData(rules)), { ...admin, org_id: "ac/me" });
  expect(lines[0]).toMatchObject({ level: "WARN", grants: { rules: [1, 2], warnings: ["TENANT_ID_INVALID"] } });
  expect(metrics[0]).not.toHaveProperty("TenantAdminGranted");
});

test("without the file, and for users whom no rule names, the bytes are the same as without grants", async () => {
  const today = '{"externalId":"ada","name":"Ada"}';
  expect((await requestWith(undefined, admin, { name: "Ada" })).sent).toEqual([today]);
  const { sent, lines } = await requestWith(JSON.stringify(toGrantsData(rules)), { sub: "ada" }, { name: "Ada" });
  expect(sent).toEqual([today]);
  expect(lines[0]).not.toHaveProperty("grants");
});

const incomplete = [
  '{"accounts":[],"tenants":[]}',
  '{"accounts":[],"tenantClaims":[]}',
  '{"tenants":[],"tenantClaims":[]}',
];
test.each(["", "{", "null", "[]", '{"accountUids":[]}', ...incomplete])(
  "fails with SERVICE_MISCONFIGURED (500) when the file holds %j",
  async (file) => {
    const { body, lines, sent } = await requestWith(file);
    expect(body.code).toBe("SERVICE_MISCONFIGURED");
    expect(lines[0]).toMatchObject({ code: "CONFIG_INVALID", reason: expect.stringContaining("grants.json") });
    expect(sent).toEqual([]);
  },
);

test("there are no grants outside Lambda, where no asset is unpacked", () => {
  expect(readGrants(undefined)).toBeUndefined();
});
