/** Pure: the kinds of values that settings have. An error continues the setting's name: "appUid" + "is missing". */
import { Token } from "aws-cdk-lib/core";
import { z } from "zod";

/** Says what is wrong with a value, e.g. `must begin with https://`; undefined if it is valid. */
export type ProblemOf = (value: string) => string | undefined;

/** A problem with the setting at `path`. A message that ends in a period says what to write itself. */
export interface Conflict {
  path: PropertyKey[];
  message: string;
}

/** The error of a setting that is absent or has the wrong type, e.g. `z.boolean(mustBe("true or false"))`. */
export function mustBe(type: string) {
  return {
    error: ({ input }: { input?: unknown }) => (input === undefined ? "is missing" : `must be ${type}`),
  };
}

/** Non-empty text. An unresolved CDK token (of the text or its list), whose value is not known yet, is accepted too. */
export function text(problemOf: ProblemOf = () => undefined) {
  return textWithout((value) => (isUnresolved(value) ? undefined : problemOf(value)));
}

/** Non-empty text whose value must be known at synth, because other rules depend on it. */
export function knownText(problemOf: ProblemOf = () => undefined) {
  return textWithout((value) => (isUnresolved(value) ? "must be known at synth" : problemOf(value)));
}

function isUnresolved(value: string): boolean {
  return Token.isUnresolved(value) || Token.isUnresolved([value]);
}

function textWithout(problemOf: ProblemOf) {
  return z
    .string(mustBe("text"))
    .min(1, { error: "is empty", abort: true })
    .superRefine((value, context) => {
      const problem = dynamicReferenceProblem(value) ?? problemOf(value);
      if (problem) context.addIssue(problem);
    });
}

/** CloudFormation would replace it in the template. Unresolved CDK tokens do not contain it. */
function dynamicReferenceProblem(value: string): string | undefined {
  return value.includes("{{") ? DYNAMIC_REFERENCE : undefined;
}

const DYNAMIC_REFERENCE =
  'contains "{{", where CloudFormation could insert a secret (a dynamic reference). Write the value itself.';

/** A rule for {@link text}: the whole value matches. */
export function matching(pattern: RegExp, otherwise: string): ProblemOf {
  return (value) => (pattern.test(value) ? undefined : otherwise);
}

/** One of several words. */
export function oneOf<const T extends string>(...values: T[]) {
  return z.enum(values, "has an unknown value");
}

/** `true` or `false`. */
export const flag = z.boolean(mustBe("true or false"));

/** A list; a single text counts as a list of one. */
export function listOrOne<T extends z.ZodType>(item: T) {
  return z.preprocess((value) => (typeof value === "string" ? [value] : value), list(item).min(1, "is empty"));
}

/** A list, which may be empty. */
export function list<T extends z.ZodType>(item: T) {
  return z.array(item, mustBe("a list"));
}

/** An object with names of its own, e.g. claims or headers. */
export function record<T extends z.ZodType>(nameProblem: ProblemOf, value: T) {
  return z.record(z.string(), value, mustBe("an object")).superRefine((entries, context) => {
    for (const name of Object.keys(entries)) {
      const message = dynamicReferenceProblem(name) ?? nameProblem(name);
      if (message) context.addIssue({ code: "custom", path: [name], message });
    }
  });
}

/** A rule for the name of a claim, e.g. `sub` or `https://example.com/user-id`. */
export const claimNameProblem = matching(/^[\x21-\x7e]{1,256}$/, "must be the name of a claim, without spaces");

/** The name of a claim, e.g. `sub` or `https://example.com/user-id`. */
export const claimName = knownText(claimNameProblem);
