/** Compares the events that each variant was sent with the calls that it made, so that no variant skips a call. Pure. */
import type { Variant } from "../variants/build.ts";

/** The events that a variant was sent. */
export interface Asked {
  name: string;
  /** Identifies it to the fakes. */
  number: number;
  work: Variant["work"];
  instances: number;
  /** Each for another user. */
  events: number;
}

/** What the fakes answered. */
export interface Given {
  /** Of the secret, or of the issuer's keys. */
  reads: number;
  tokens: number;
}

/** Both sides of the comparison. */
export interface Traffic {
  asked: Asked[];
  /** By the number of the variant. */
  given: Record<string, Given>;
  /** How often an instance may read the secret. */
  readsPerInstance: number;
}

/** @returns a sentence for each difference. */
export function findGaps({ asked, given, readsPerInstance }: Traffic): string[] {
  return asked.flatMap(({ name, number, work, instances, events }) => {
    const { reads, tokens } = given[number] ?? { reads: 0, tokens: 0 };
    const [least, most] = work === "nothing" ? [0, 0] : [instances, instances * readsPerInstance];
    const expectedTokens = work === "token" ? events : 0;
    const what = work === "authorizer" ? "keys were" : "secret was";
    return [
      ...(reads >= least && reads <= most
        ? []
        : [`${name}: the ${what} read ${reads} times, by ${instances} instances`]),
      ...(tokens === expectedTokens ? [] : [`${name}: Mindset was called ${tokens} times, for ${events} events`]),
    ];
  });
}
