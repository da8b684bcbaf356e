/** Pure: the name that somebody who mistyped most likely meant. */

/**
 * Finds a name that differs in case, in one letter (too much, too little, wrong or swapped), or contains the other.
 *
 * @returns e.g. `apiHost` for `apihots`, and `allowedOrigins` for `origins`; undefined when none is close.
 */
export function closestName(typed: string, names: readonly string[]): string | undefined {
  return names.find((name) => isClose(typed.toLowerCase(), name.toLowerCase()));
}

function isClose(typed: string, name: string): boolean {
  if (typed.length > 3 && (name.includes(typed) || typed.includes(name))) return true;
  const candidates = withoutOneLetter(name);
  return withoutOneLetter(typed).some((candidate) => candidates.includes(candidate));
}

/** The word, and what it becomes when any one of its letters is dropped. */
function withoutOneLetter(word: string): string[] {
  return [word, ...Array.from(word, (_, index) => word.slice(0, index) + word.slice(index + 1))];
}
