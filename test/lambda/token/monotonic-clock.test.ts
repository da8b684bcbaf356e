import { expect, jest, test } from "@jest/globals";
import { monotonicMs } from "../../../lambda/token/monotonic-clock.ts";

test("the clock shows the uptime of the process in milliseconds", () => {
  const uptime = jest.spyOn(process, "uptime").mockReturnValue(1.5);
  expect(monotonicMs()).toBe(1_500);
  uptime.mockRestore();
});
