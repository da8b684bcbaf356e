import { afterEach, expect, test } from "@jest/globals";
import { captureOutput } from "../../support/output.ts";

afterEach(() => {
  delete process.env.SIGN_IN;
});

async function codeOf(signIn: string | undefined, instance: number): Promise<string> {
  if (signIn !== undefined) process.env.SIGN_IN = signIn;
  const { handler } = await import(`../../../lambda/authorizer/index.ts?instance=${instance}`);
  const output = captureOutput();
  try {
    await handler({ headers: {} }).catch(() => {});
    return JSON.parse(output.lines()[0] ?? "{}").code;
  } finally {
    output.restore();
  }
}

test("the entry reads its settings from SIGN_IN", async () => {
  const signIn = { type: "userinfo", url: "https://app.example.com/me", forward: ["authorization"], subject: "sub" };
  expect(await codeOf(JSON.stringify(signIn), 1)).toBe("CREDENTIALS_MISSING");
});

test("the entry refuses every request without settings", async () => {
  expect(await codeOf(undefined, 2)).toBe("CONFIG_INVALID");
});
