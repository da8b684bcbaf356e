import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { decodeExternalId, isValidExternalId, toExternalId } from "../../../../lambda/token/caller/external-id.ts";

const ACCEPTED_BY_MINDSET = /^[A-Za-z0-9_-]{1,100}$/;
const vectors: { subject: string; issuerAlias?: string; externalId: string }[] = JSON.parse(
  readFileSync(new URL("../../external-id.vectors.json", import.meta.url), "utf8"),
);

describe("the golden vectors", () => {
  test.each(vectors)(
    "$subject (issuer alias $issuerAlias) is always $externalId",
    ({ subject, issuerAlias, externalId }) => {
      expect(toExternalId(subject, issuerAlias)).toBe(externalId);
    },
  );

  test.each(vectors)("$externalId is decoded", ({ subject, issuerAlias, externalId }) => {
    const sha256 = createHash("sha256").update(subject).digest("hex");
    expect(decodeExternalId(externalId)).toEqual(
      /^x--[hj]1-/.test(externalId)
        ? { form: "hashed", sha256, issuerAlias }
        : { form: externalId === subject ? "unchanged" : "escaped", subject, issuerAlias },
    );
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

test("a decoded id is the subject again, under every issuer", () => {
  const aliases = fc.option(fc.stringMatching(/^[a-z0-9]{1,16}$/), { nil: undefined });
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }), aliases, (subject, issuerAlias) => {
      const decoded = decodeExternalId(toExternalId(subject, issuerAlias));
      fc.pre(decoded?.form !== "hashed");
      expect(decoded).toMatchObject({ subject });
      expect(decoded?.issuerAlias).toBe(issuerAlias);
    }),
  );
});

test.each([
  "",
  "a|b",
  "x--e1-",
  "x--e1-u-42",
  "x--e1-_41",
  "x--e1-a_7Cb",
  "x--e1-_c3",
  "x--e1-_zz",
  "x--e2-a_7cb",
  "X--e1-a_7cb",
  `x--h1-${"A".repeat(64)}`,
  "x--i1-Partner-ada",
  "x--i1--ada",
])("%j is not an id that the mapping gives", (externalId) => {
  expect(decodeExternalId(externalId)).toBeUndefined();
});

test("1,000 subjects under two issuers are 2,000 users, and none of them is a user of the issuer without an alias", () => {
  const ids = fc.sample(subjects, { numRuns: 3_000, seed: 20_261_126 }).filter((id) => id.isWellFormed());
  const sample = [...new Set(ids)].slice(0, 1_000);
  const [a, b, own] = ["a", "b", undefined].map((alias) => sample.map((id) => toExternalId(id, alias)));
  expect(sample).toHaveLength(1_000);
  expect(new Set([...(a ?? []), ...(b ?? []), ...(own ?? [])]).size).toBe(3_000);
  for (const id of [...(a ?? []), ...(b ?? [])]) expect(id).toMatch(ACCEPTED_BY_MINDSET);
  // Not even with the other issuer's id as the subject.
  expect((a ?? []).map((id) => toExternalId(id)).filter((id) => a?.includes(id))).toEqual([]);
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
