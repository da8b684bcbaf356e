/** Plays a rule's answers, runs its page here or in a browser, and compares the outcome. */
import { expect } from "@jest/globals";
import type { startScriptedEndpoint } from "../../../support/servers/scripted-endpoint.ts";
import { type Rule, token } from "./rule.ts";

/** @param act runs the rule's page against the endpoint, e.g. in a browser. */
export async function checkRule(
  { answers = [token()], outcome, sent = ["sentinel-1"], waitsMs = [] }: Rule,
  server: Pick<Awaited<ReturnType<typeof startScriptedEndpoint>>, "endpoint" | "seen" | "play">,
  act: (endpoint: string) => Promise<unknown>,
): Promise<void> {
  server.play(answers);
  expect(await act(server.endpoint)).toEqual(outcome);

  expect(server.seen.map(({ headers }) => headers.authorization)).toEqual(
    sent.map((one) => (one ? `Bearer ${one}` : undefined)),
  );
  for (const [index, [least, most]] of waitsMs.entries()) {
    const waited = (server.seen[index + 1]?.atMs ?? Number.NaN) - (server.seen[index]?.atMs ?? Number.NaN);
    expect(waited).toBeGreaterThanOrEqual(least);
    expect(waited).toBeLessThan(most);
  }
}
