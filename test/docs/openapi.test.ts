import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { toOpenApi } from "../../bin/openapi.ts";
import { PUBLIC_ERRORS, ROUTES } from "../../lambda/contract.ts";

const document = JSON.parse(readFileSync(new URL("../../docs/openapi.json", import.meta.url), "utf8"));
const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));

test("docs/openapi.json is what npm run build:openapi writes", () => {
  expect(document).toEqual(JSON.parse(JSON.stringify(toOpenApi(version))));
});

test("it has every route of the contract and every status of its errors", () => {
  const routes = Object.entries<object>(document.paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => ({ method: method.toUpperCase(), path })),
  );
  expect(routes).toEqual([...ROUTES]);
  for (const { responses } of Object.values<Record<string, { responses: object }>>(document.paths).flatMap(
    Object.values,
  )) {
    const statuses = Object.values(PUBLIC_ERRORS).map(({ status }) => String(status));
    expect(Object.keys(responses)).toEqual(expect.arrayContaining(statuses.filter((status) => status !== "400")));
  }
});
