/** Which Python a private environment can be made with. */

import { type Machine, onPath } from "./search";

type Version = readonly [number, number, number];

/** The oldest that the server runs on. */
export const OLDEST: Version = [3, 11, 0];
export const NAMES = ["python3.12", "python3.13", "python3.11", "python3.14", "python3", "python"];
/** Prints the version and whether virtual environments can be made, for `judge`. */
export const QUESTION =
  "import importlib.util as u, sys; print(*sys.version_info[:3], all(map(u.find_spec, ('venv', 'ensurepip'))))";

/** What an interpreter says about itself. */
export interface Python {
  command: string;
  version: Version;
  makesEnvironments: boolean;
}

/** Interpreters worth asking, best first; `selected` is the editor's. */
export function candidates(selected: string, machine: Machine): string[] {
  const named = NAMES.flatMap((name) => onPath(name, machine));
  return [...new Set(selected === "" ? named : [selected, ...named])];
}

/** What was printed, understood; undefined if that is no Python. */
export function judge(command: string, printed: string): Python | undefined {
  const match = /^(\d+) (\d+) (\d+) (True|False)\s*$/.exec(printed);
  if (match === null) return undefined;
  const version = [Number(match[1]), Number(match[2]), Number(match[3])] as const;
  return { command, version, makesEnvironments: match[4] === "True" };
}

export type Chosen =
  | { use: Python }
  | { problem: "missing" }
  | { problem: "old"; newest: Python }
  | { problem: "no-venv"; python: Python };

function compare(one: Version, other: Version): number {
  return one[0] - other[0] || one[1] - other[1] || one[2] - other[2];
}

/** The Python to use, or why there is none. */
export function choose(pythons: readonly Python[]): Chosen {
  const [newest] = [...pythons].sort((one, other) => compare(other.version, one.version));
  if (newest === undefined) return { problem: "missing" };
  const fit = pythons.filter(({ version }) => compare(version, OLDEST) >= 0);
  const [first] = fit;
  if (first === undefined) return { problem: "old", newest };
  const able = fit.find((one) => one.makesEnvironments);
  return able === undefined ? { problem: "no-venv", python: first } : { use: able };
}
