import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { isValidExternalId, toExternalId } from "../../../../lambda/token/caller/external-id.ts";

const ACCEPTED_BY_MINDSET = /^[A-Za-z0-9_-]{1,100}$/;
const vectors: { subject: string; externalId: string }[] = JSON.parse(
  readFileSync(new URL("../../external-id.vectors.json", import.meta.url), "utf8"),
);

describe("the golden vectors", () => {
  test.each(vectors)("$subject stays $externalId for ever", ({ subject, externalId }) => {
    expect(toExternalId(subject)).toBe(externalId);
  });
});

test("an id that Mindset accepts goes through unchanged", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{1,100}$/), (subject) => {
      fc.pre(!/^x--/i.test(subject));
      expect(toExternalId(subject)).toBe(subject);
    }),
  );
});

test("the reserved prefix never goes through unchanged, in any case", () => {
  for (const subject of ["x--", "X--a", "x--e1-a", "X--H1-a"]) {
    expect(isValidExternalId(subject)).toBe(false);
    expect(toExternalId(subject)).not.toBe(subject);
  }
});

test("the reserved prefix is reserved at the beginning only", () => {
  expect(toExternalId("max--e1-a")).toBe("max--e1-a");
});

test("an escaped id has at most 100 characters, and is hashed beyond", () => {
  expect(toExternalId(`|${"a".repeat(91)}`)).toBe(`x--e1-_7c${"a".repeat(91)}`); // 6 + 3 + 91
  expect(toExternalId(`|${"a".repeat(92)}`)).toMatch(/^x--h1-[0-9a-f]{64}$/);
});

test("an escaped id can be read back by another back end", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }), (subject) => {
      const externalId = toExternalId(subject);
      fc.pre(externalId.startsWith("x--e1-"));
      const percentEncoded = externalId.slice("x--e1-".length).replace(/_(..)/g, "%$1");
      expect(decodeURIComponent(percentEncoded)).toBe(subject);
    }),
  );
});

/** Characters that careless mappers drop, fold or join. */
const trouble = fc.constantFrom(
  "|",
  "_",
  "-",
  ":",
  "@",
  ".",
  " ",
  "%",
  "\u0000",
  "\n",
  "é",
  "e\u0301",
  "ﬁ",
  "fi",
  "Å",
  "K",
  "x--",
  "X--",
  "e1-",
  "h1-",
  "_7c",
  "a",
  "A",
);
const subjects = fc.oneof(
  fc.array(trouble, { minLength: 1, maxLength: 6 }).map((parts) => parts.join("")),
  fc.string({ unit: "binary", minLength: 1, maxLength: 120 }),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 }),
  fc.stringMatching(/^(auth0|waad|google-oauth2)[|:_][a-z0-9]{1,24}$/),
  fc.stringMatching(/^[A-Za-z0-9_-]{1,101}$/),
  fc.stringMatching(/^x--(e1-[a-z0-9_]{1,20}|h1-[0-9a-f]{64})$/),
  fc.string({ unit: "grapheme", minLength: 90, maxLength: 110 }),
);

function sample(): string[] {
  const random = fc.sample(subjects, { numRuns: 60_000, seed: 20_261_122 });
  const looksEncoded = random
    .slice(0, 40_000)
    .flatMap((subject) => [toExternalId(subject), toExternalId(toExternalId(subject))]);
  const longest = Array.from({ length: 300 }, (_, i) => `${"ä|x".repeat(682)}${i.toString(36).padStart(2, "_")}`);
  return [...new Set([...random, ...looksEncoded, ...longest])].filter((id) => id.isWellFormed() && id.length <= 2_048);
}

/** What the mapping promises, for any mapper: the first pair of ids that breaks it, or undefined. */
function brokenPromise(map: (subject: string) => string, ids: string[]): string | undefined {
  const seen = new Map<string, string>();
  for (const subject of ids) {
    const mapped = map(subject);
    if (!ACCEPTED_BY_MINDSET.test(mapped)) return `${JSON.stringify(subject)} becomes ${JSON.stringify(mapped)}`;
    if (mapped !== map(subject)) return `${JSON.stringify(subject)} is mapped in two ways`;
    const other = seen.get(mapped);
    if (other !== undefined) return `${JSON.stringify(subject)} and ${JSON.stringify(other)} share ${mapped}`;
    seen.set(mapped, subject);
  }
  return undefined;
}

describe("over more than 100,000 different ids", () => {
  const ids = sample();

  test("no two share an externalId, and Mindset accepts every one", () => {
    expect(ids.length).toBeGreaterThan(100_000);
    expect(brokenPromise(toExternalId, ids)).toBeUndefined();
  });

  function accepted(id: string) {
    return ACCEPTED_BY_MINDSET.test(id);
  }
  function sha256(id: string) {
    return createHash("sha256").update(id).digest("hex");
  }
  test.each<[string, (id: string) => string]>([
    ["strips what Mindset does not accept", (id) => id.replace(/[^A-Za-z0-9_-]/g, "").slice(0, 100) || "none"],
    ["replaces it by a dash", (id) => id.replace(/[^A-Za-z0-9_-]/g, "-").slice(0, 100)],
    ["lower-cases", (id) => toExternalId(id.toLowerCase())],
    ["normalises to NFKC", (id) => toExternalId(id.normalize("NFKC"))],
    ["trims", (id) => toExternalId(id.trim() || "none")],
    [
      "encodes what is not accepted as base64url, without a prefix of its own",
      (id) => (accepted(id) ? id : Buffer.from(id).toString("base64url").slice(0, 100)),
    ],
    ["hashes what is not accepted, without a prefix of its own", (id) => (accepted(id) ? id : sha256(id))],
    [
      "escapes without escaping the escape",
      (id) =>
        accepted(id)
          ? id
          : `x--e1-${id.replace(/[^A-Za-z0-9_-]/g, (c) => `_${Buffer.from(c).toString("hex")}`)}`.slice(0, 100),
    ],
  ])("a mapper that %s breaks the promise", (_, naive) => {
    const collidingOnPurpose = [
      ...ids,
      sha256("a|b"),
      "a|b",
      Buffer.from("a|b").toString("base64url"),
      toExternalId("a|b"),
    ];
    expect(brokenPromise(naive, [...new Set(collidingOnPurpose)])).toBeDefined();
  });
});
