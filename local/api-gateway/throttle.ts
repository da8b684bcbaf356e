/** Pure: API Gateway's throttling, which here refuses on demand instead of by a rate. */

/** Decides which requests are too many. */
export interface Throttle {
  /** Refuses the next requests; 0 refuses none. */
  refuseNext(requests: number): void;
  /** Decides about one request. */
  refuses(): boolean;
}

/** Makes a throttle that refuses nothing yet. */
export function createThrottle(): Throttle {
  let left = 0;
  return {
    refuseNext: (requests) => {
      left = requests;
    },
    refuses: () => {
      if (left === 0) return false;
      left -= 1;
      return true;
    },
  };
}
