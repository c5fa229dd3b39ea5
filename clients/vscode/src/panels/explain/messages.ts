/** What the explain panel and its page say to each other. */

import type { Picture } from "../answers";

export interface Shown {
  markdown: string;
  message: string;
  pictures: Picture[];
}

export interface State {
  /** Undefined before there was an answer. */
  shown: Shown | undefined;
  /** Where it is from, for people. */
  place: string;
  busy: boolean;
  pinned: boolean;
  plan: boolean;
  /** The text has been edited since. */
  stale: boolean;
}

export interface ToPage {
  type: "state";
  state: State;
}

export type FromPage =
  | { type: "ready" }
  | { type: "pin"; on: boolean }
  | { type: "plan"; on: boolean }
  | { type: "refresh" }
  | { type: "reveal"; picture: number; node: string };
