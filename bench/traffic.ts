/** Pure: what every variant was asked for, against what it asked the stand-ins for: none may have saved itself a call. */

/** What one variant was asked for. */
export interface Asked {
  name: string;
  /** By which the stand-ins know it. */
  number: number;
  /** It calls nobody. */
  isEmpty: boolean;
  instances: number;
  /** Each of another user. */
  events: number;
}

/** What the stand-ins gave it. */
export interface Given {
  secretReads: number;
  tokens: number;
}

/** Both sides. */
export interface Traffic {
  asked: Asked[];
  /** By the number of the variant. */
  given: Record<string, Given>;
  /** How often an instance may read the secret. */
  readsPerInstance: number;
}

/** @returns a sentence for everything that does not add up. */
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
