import { expect, test } from "@jest/globals";
import { createThrottle } from "../../../local/api-gateway/throttle.ts";

test("refuses as many requests as it was told to, and then none", () => {
  const throttle = createThrottle();
  function decisions() {
    return [1, 2, 3].map(() => throttle.refuses());
  }

  expect(decisions()).toEqual([false, false, false]);
  throttle.refuseNext(2);
  expect(decisions()).toEqual([true, true, false]);
  throttle.refuseNext(2);
  throttle.refuseNext(0);
  expect(decisions()).toEqual([false, false, false]);
});
