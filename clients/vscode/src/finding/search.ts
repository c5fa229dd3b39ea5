/** Where a server may be. Pure: what is there is asked through `Machine`. */

import * as path from "node:path";

/** A server that can be started with `lsp` as its argument. */
export interface Found {
  command: string;
  /** For people: where it comes from. */
  origin: "settings" | "python" | "path" | "own";
}

/** What the search asks about the machine. */
export interface Machine {
  platform: NodeJS.Platform;
  /** The directories of PATH, as they are written there. */
  directories: readonly string[];
  isFile(file: string): boolean;
  /** A path with all links followed; the path itself if it leads nowhere. */
  real(file: string): string;
}

export interface Places {
  /** `sureql.path`, "" if it is not set. */
  setting: string;
  /** The Python that is selected in the editor, "" if none is. */
  python: string;
  /** The extension's own environment, "" while it is not complete. */
  own: string;
  folders: readonly string[];
  trusted: boolean;
}

export type Search = { found: Found } | { missing: string } | { none: true };

/** The first server in this order: the setting, the selected Python, PATH, our own environment. */
export function search(places: Places, machine: Machine): Search {
  if (places.setting !== "") {
    const file = expanded(places.setting, machine);
    // The user's own words: if they are wrong, nothing else is quietly taken instead.
    return file === undefined ? { missing: places.setting } : { found: { command: file, origin: "settings" } };
  }
  const safe = places.trusted ? machine : outside(places.folders, machine);
  const candidates: Found[] = [];
  if (places.python !== "") {
    const beside = path.join(path.dirname(places.python), program("sureql", machine));
    candidates.push({ command: beside, origin: "python" });
  }
  for (const one of onPath("sureql", machine)) candidates.push({ command: one, origin: "path" });
  if (places.own !== "") candidates.push({ command: places.own, origin: "own" });
  const found = candidates.find((one) => safe.isFile(one.command));
  return found === undefined ? { none: true } : { found };
}

/** All programs of that name on PATH. Relative entries are left out: they would be the workspace's. */
export function onPath(name: string, machine: Machine): string[] {
  return machine.directories
    .filter((directory) => path.isAbsolute(directory))
    .map((directory) => path.join(directory, program(name, machine)))
    .filter((file) => machine.isFile(file));
}

/** The machine without the programs in these folders. */
export function outside(folders: readonly string[], machine: Machine): Machine {
  return { ...machine, isFile: (file) => machine.isFile(file) && !isInside(file, folders, machine) };
}

/** Whether a file is in one of the folders, by its name or really. */
export function isInside(file: string, folders: readonly string[], machine: Machine): boolean {
  const names = [file, machine.real(file)];
  const places = folders.flatMap((folder) => [folder, machine.real(folder)]);
  return names.some((name) =>
    places.some((place) => {
      const way = path.relative(place, name);
      return way === "" || (way !== ".." && !way.startsWith(`..${path.sep}`) && !path.isAbsolute(way));
    }),
  );
}

function expanded(setting: string, machine: Machine): string | undefined {
  if (path.isAbsolute(setting)) return machine.isFile(setting) ? setting : undefined;
  if (/[/\\]/.test(setting)) return undefined;
  return onPath(setting, machine)[0];
}

function program(name: string, machine: Machine): string {
  return machine.platform === "win32" ? `${name}.exe` : name;
}
