/** Instances of the authorizer function, and what API Gateway makes of their answers. */
import { expect } from "@jest/globals";
import type { SignInSettings } from "../../../lambda/sign-in-settings.ts";
import { captureOutput } from "../../support/output.ts";
import { afterTest } from "../scenario.ts";

/** A request that has been decided. */
export interface Decision {
  /** 200 for a request that is let through. */
  status: 200 | 401 | 403 | 500;
  /** Whom it is let through for. */
  user: string | undefined;
  /** The reason in its log line. */
  code: string | undefined;
  ms: number;
}

/** Decides about a request with these credentials. */
export type Authorize = (credentials: { token?: string; cookie?: string }) => Promise<Decision>;

/** The page that asks. */
export const ORIGIN = "https://app.example.com";

let instances = 0;

/** Captures the output until the end of the test, which fails if a line had credentials or a user in it. */
export function createAuthorizers() {
  const output = captureOutput();
  afterTest(() => {
    output.restore();
    delete process.env.SIGN_IN;
    expect(output.lines().filter((line) => /sentinel|eyJ/.test(line))).toEqual([]);
  });
  let asked = 0;
  return {
    /** A cold start with these settings. */
    coldStart: async (signIn: SignInSettings): Promise<Authorize> => {
      process.env.SIGN_IN = JSON.stringify(signIn);
      instances += 1;
      const { handler } = await import(`../../../lambda/authorizer/index.ts?instance=faults-${instances}`);
      return async ({ token, cookie }) => {
        asked += 1;
        const requestId = `request-${asked}.`;
        const event = {
          headers: { authorization: token && `Bearer ${token}`, origin: ORIGIN },
          cookies: cookie && [cookie],
          requestContext: { requestId },
        };
        const began = performance.now();
        const answer: Pick<Decision, "status" | "user"> = await handler(event).then(
          ({ isAuthorized, context }: { isAuthorized: boolean; context?: { sub: string } }) =>
            isAuthorized ? { status: 200, user: context?.sub } : { status: 403 },
          ({ message }: Error) => ({ status: message === "Unauthorized" ? 401 : 500 }),
        );
        const ms = performance.now() - began;
        const line = output.lines().find((text) => text.includes(requestId));
        return { ...answer, code: line && JSON.parse(line).code, ms };
      };
    },
  };
}
