/** The candidates of one search: they come one by one, and once more all together, best first. */

import type { Candidate } from "../answers";
import type { Entry } from "./messages";

export class Candidates {
  private listed: { id: number; candidate: Candidate; state: Entry["state"] }[] = [];
  private last = 0;

  /** Takes in what was found so far. */
  add(found: readonly Candidate[]): void {
    for (const candidate of found) {
      if (!this.listed.some((one) => same(one.candidate, candidate))) {
        this.listed.push({ id: ++this.last, candidate, state: "open" });
      }
    }
  }

  /** Takes in the whole answer: its order counts, and what was told before stays what it is. */
  finish(found: readonly Candidate[]): void {
    this.add(found);
    const place = (one: Candidate): number => {
      const index = found.findIndex((other) => same(one, other));
      return index < 0 ? found.length : index;
    };
    this.listed.sort((one, other) => place(one.candidate) - place(other.candidate));
  }

  get(id: number): Candidate | undefined {
    return this.listed.find((one) => one.id === id)?.candidate;
  }

  mark(id: number, state: Entry["state"]): void {
    const found = this.listed.find((one) => one.id === id);
    if (found) found.state = state;
  }

  /** The next one, in either direction, that can still be applied. */
  next(from: number | undefined, step: 1 | -1): number | undefined {
    const open = this.listed.filter((one) => one.state === "open" && one.candidate.edit !== null);
    if (open.length === 0) return undefined;
    const index = open.findIndex((one) => one.id === from);
    if (index < 0) return step > 0 ? open[0]?.id : open.at(-1)?.id;
    return open[(index + step + open.length) % open.length]?.id;
  }

  entries(): Entry[] {
    return this.listed.map(({ id, state, candidate }) => ({
      id,
      state,
      title: candidate.title,
      short: candidate.short,
      evidence: candidate.evidence,
      sql: candidate.sql,
      applies: candidate.edit !== null,
    }));
  }
}

function same(one: Candidate, other: Candidate): boolean {
  return one.sql === other.sql && one.title === other.title;
}
