import { expect, test } from "@jest/globals";
import { createFaultSwitch } from "../../../../local/mindset/faults/switch.ts";
import { needsFakeMindset, SITUATIONS } from "../../../../web/page/trial/situations.ts";

test("every fault of Mindset is one that its stand-in knows", () => {
  const faults = SITUATIONS.flatMap(({ controls }) => controls.mindsetFault ?? []);

  expect(faults.length).toBeGreaterThan(2);
  for (const fault of faults) expect(() => createFaultSwitch().set(fault)).not.toThrow();
});

test("what does not concern Mindset can be tried with the real one too", () => {
  expect(SITUATIONS.filter((one) => !needsFakeMindset(one)).map(({ title }) => title)).toEqual([
    "Too many requests",
    "The access token has expired",
    "The sign-in has ended",
  ]);
});
