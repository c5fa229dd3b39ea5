/** What the optimise panel and its page say to each other. */

export interface Entry {
  id: number;
  title: string;
  short: string;
  evidence: string[];
  sql: string;
  /** False for advice that is text only. */
  applies: boolean;
  state: "open" | "applied" | "rejected";
}

export interface State {
  place: string;
  busy: boolean;
  message: string;
  entries: Entry[];
  /** The one that the diff shows. */
  shown: number | undefined;
  stale: boolean;
}

export interface ToPage {
  type: "state";
  state: State;
}

export type FromPage =
  | { type: "ready" }
  | { type: "again" }
  | { type: "stop" }
  | { type: "diff" | "apply" | "reject"; id: number };
