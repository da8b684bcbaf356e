/** Pure: waiting for something, but not for ever. */

/**
 * Waits for `work`, at most `limitMs`.
 *
 * @param onLate what to do instead when the time is up; `work` itself goes on, and nobody hears of it.
 */
export const withTimeLimit = async <T, L>(work: Promise<T>, limitMs: number, onLate: () => L): Promise<T | L> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<typeof LATE>((resolve) => {
    timer = setTimeout(resolve, limitMs, LATE);
  });
  const first = await Promise.race([work, late]).finally(() => clearTimeout(timer));
  return first === LATE ? onLate() : (first as T);
};

const LATE = Symbol("late");
