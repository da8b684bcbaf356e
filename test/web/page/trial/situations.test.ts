import { expect, test } from "@jest/globals";
import { createFaultSwitch } from "../../../../local/mindset/faults/switch.ts";
import type { SignInType } from "../../../../web/page/local-protocol.ts";
import { SITUATIONS, toSituations } from "../../../../web/page/trial/situations.ts";

function titles(type: SignInType, hasFakeMindset = true) {
  const signIn = { type, by: "provider", issuer: "", clientId: "", scope: "" } as const;
  return toSituations({ hasFakeMindset, signIn }).map(({ title }) => title);
}

test("every fault of Mindset is one that the fake Mindset API has", () => {
  const faults = SITUATIONS.flatMap(({ controls }) => controls.mindsetFault ?? []);

  expect(faults.length).toBeGreaterThan(2);
  for (const fault of faults) expect(() => createFaultSwitch().set(fault)).not.toThrow();
});

test("the real Mindset has only the faults of other parts", () => {
  expect(titles("jwt", false)).toEqual(["Too many requests", "The access token has expired", "The sign-in has ended"]);
});

test("each sign-in has its own ways to end", () => {
  const common = titles("oidc");

  expect(titles("jwt")).toEqual([...common, "The access token has expired", "The sign-in has ended"]);
  expect(titles("lambda")).toEqual(titles("jwt"));
  expect(titles("userinfo")).toEqual([...common, "The session has ended"]);
});

test("there is nothing to try if users sign in on a page of the developer", () => {
  const signIn = { type: "jwt", by: "own page", issuer: "", pages: [] } as const;

  expect(toSituations({ hasFakeMindset: true, signIn })).toEqual([]);
});
