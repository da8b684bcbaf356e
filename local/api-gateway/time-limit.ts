/** Edge (clock): waiting for something, but not for ever. */

/** How long, and what then. */
export interface TimeLimit<L> {
  limitMs: number;
  /** What to do instead; the work itself goes on, and nobody hears of it. */
  onLate: () => L;
}

/** Waits for `work`, or for the time to be up. */
export async function withTimeLimit<T, L>(work: Promise<T>, { limitMs, onLate }: TimeLimit<L>): Promise<T | L> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<L>((resolve, reject) => {
    timer = setTimeout(() => {
      try {
        resolve(onLate());
      } catch (error) {
        reject(error);
      }
    }, limitMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
