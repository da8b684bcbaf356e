import { expect, jest, test } from "@jest/globals";
import { UPSTREAM } from "./experiments.ts";

jest.setTimeout(60_000);

test.each(Object.entries(UPSTREAM))("%s finds everything as promised", async (_name, { run }) => {
  expect((await run("short")).misses).toEqual([]);
});
