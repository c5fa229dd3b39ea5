/** How often a server that ends by itself is started again, and after which pauses. */

export const MOST = 5;
export const WITHIN = 3 * 60_000;
const PAUSES = [0, 1_000, 2_000, 5_000, 10_000];

export class Restarts {
  private ended: number[] = [];

  /** The server has ended at `now` (milliseconds): how long to wait before it is started again;
   * undefined if it has ended too often. */
  pause(now: number): number | undefined {
    this.ended = [...this.ended.filter((at) => now - at < WITHIN), now];
    return this.ended.length > MOST ? undefined : PAUSES[this.ended.length - 1];
  }

  /** The user has started it: it counts from the beginning. */
  reset(): void {
    this.ended = [];
  }
}
