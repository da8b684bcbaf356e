/** Pure: the types that settings have. An error goes on where the setting's name ends: "issuer" + "is missing". */
import { z } from "zod";

/** The error of a setting that is absent, or not of its type: `z.boolean(mustBe("true or false"))`. */
export function mustBe(type: string) {
  return {
    error: ({ input }: { input?: unknown }) => (input === undefined ? "is missing" : `must be ${type}`),
  };
}

/** Any text but the empty one. */
export const text = z.string(mustBe("text")).min(1, { error: "is empty", abort: true });

/** Text that `problemOf` finds nothing wrong with. */
export function textWithout(problemOf: (value: string) => string | undefined) {
  return text.superRefine((value, context) => {
    const problem = problemOf(value);
    if (problem) context.addIssue(problem);
  });
}

/** The name of a claim, e.g. `sub` or `https://example.com/user-id`. */
export const claimName = text.regex(/^[\x21-\x7e]{1,256}$/, "must be a claim's name, without spaces");

/** One audience of a JWT, e.g. `my-app` or `https://api.example.com`. */
export const audience = text.regex(/^[\x21-\x7e]{1,1000}$/, "must be one audience, without spaces");

/** One scope of an access token, e.g. `mindset:token` (RFC 6749 section 3.3). */
export const scope = text.regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, "must be one scope, without spaces");

/** Any number of `item`, also none. */
export function list<T extends z.ZodType>(item: T) {
  return z.array(item, mustBe("a list"));
}
