/** Compares the events that each variant was sent with the calls that it made, so that no variant skips a call. Pure. */

/** What one variant was sent. */
export interface Asked {
  name: string;
  /** Identifies it to the fakes. */
  number: number;
  /** It makes no calls. */
  isEmpty: boolean;
  instances: number;
  /** Each for another user. */
  events: number;
}

/** What the fakes answered. */
export interface Given {
  secretReads: number;
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
  return asked.flatMap(({ name, number, isEmpty, instances, events }) => {
    const { secretReads, tokens } = given[number] ?? { secretReads: 0, tokens: 0 };
    const [least, most] = isEmpty ? [0, 0] : [instances, instances * readsPerInstance];
    return [
      ...(secretReads >= least && secretReads <= most
        ? []
        : [`${name}: the secret was read ${secretReads} times, by ${instances} instances`]),
      ...(tokens === (isEmpty ? 0 : events)
        ? []
        : [`${name}: Mindset was called ${tokens} times, for ${events} events`]),
    ];
  });
}
