/** The extension's own environment: made once per version, in the editor's storage for extensions. */

import { createHash } from "node:crypto";
import { mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { type Failure, ofInstall } from "./failures";
import { candidates, choose, judge, type Python, QUESTION } from "./pythons";
import { type Ended, run } from "./processes";
import { type Machine, onPath } from "./search";

const DONE = "complete.json";
const LOCK = "installing";
const ALIVE = "alive";
/** An installation that has not moved for so long has died. */
const STALE = 3 * 60_000;
const LIMIT = 20 * 60_000;

export interface Making {
  /** The editor's storage for this extension. */
  storage: string;
  /** Where the wheel is. */
  wheels: string;
  /** The Python that is selected in the editor, "" if none is or it may not be run. */
  selected: string;
  machine: Machine;
  report: (message: string) => void;
  log: (text: string) => void;
  signal: AbortSignal;
}

export type Made = { command: string } | { failure: Failure };

/** The server in the environment that fits this extension's wheel; "" while there is none. */
export function ready(storage: string, wheels: string, platform: NodeJS.Platform): string {
  const wheel = wheelIn(wheels);
  if (wheel === undefined) return "";
  const folder = folderFor(storage, wheel);
  return isWhole(folder, platform) ? program(folder, "sureql", platform) : "";
}

/** Makes the environment, or waits for the window that is making it. */
export async function make(making: Making): Promise<Made> {
  const wheel = wheelIn(making.wheels);
  if (wheel === undefined) {
    return { failure: { kind: "install", detail: "this build of the extension holds no server." } };
  }
  const folder = folderFor(making.storage, wheel);
  try {
    await mkdir(making.storage, { recursive: true, mode: 0o700 });
    const turn = await turnOf(making, folder);
    if (turn === "stopped") return { failure: { kind: "cancelled" } };
    if (turn === "done") return { command: program(folder, "sureql", making.machine.platform) };
    try {
      return await install(making, wheel, folder);
    } finally {
      await rm(path.join(making.storage, LOCK), { recursive: true, force: true });
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return { failure: ofInstall(String(error), code, making.storage) };
  }
}

/** "ours" once this window may install, "done" if another one has done it meanwhile. */
async function turnOf(making: Making, folder: string): Promise<"ours" | "done" | "stopped"> {
  const lock = path.join(making.storage, LOCK);
  while (!making.signal.aborted) {
    if (isWhole(folder, making.machine.platform)) return "done";
    try {
      await mkdir(lock);
      return "ours";
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const since = await stat(path.join(lock, ALIVE))
      .catch(() => stat(lock))
      .then((one) => one.mtimeMs, () => Date.now());
    if (Date.now() - since > STALE) await rm(lock, { recursive: true, force: true });
    else making.report("Another window is installing the server");
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  return "stopped";
}

async function install(making: Making, wheel: string, folder: string): Promise<Made> {
  const tick = setInterval(() => void touch(path.join(making.storage, LOCK)), STALE / 6);
  try {
    // What was left by an installation that did not end is of no use.
    await rm(folder, { recursive: true, force: true });
    const made = await environment(making, folder);
    if (made !== undefined) return { failure: made };
    making.report("Installing the server (once)");
    const failed = await packages(making, wheel, folder);
    if (failed !== undefined) {
      await rm(folder, { recursive: true, force: true });
      return { failure: failed };
    }
    await writeFile(path.join(folder, DONE), JSON.stringify({ wheel: path.basename(wheel) }));
    await tidy(making.storage, folder);
    return { command: program(folder, "sureql", making.machine.platform) };
  } finally {
    clearInterval(tick);
  }
}

/** Makes an empty environment with the best Python; why not, if that fails. */
async function environment(making: Making, folder: string): Promise<Failure | undefined> {
  making.report("Looking for Python");
  const chosen = choose(await pythons(making));
  if (making.signal.aborted) return { kind: "cancelled" };
  const [uv] = onPath("uv", making.machine);
  making.report("Making an environment for the server");
  if ("use" in chosen) {
    const done = await ask(making, chosen.use.command, ["-I", "-m", "venv", "--clear", folder]);
    return failureOf(making, done, folder);
  }
  if (uv !== undefined) {
    // It brings its own way of making environments, and can fetch a Python.
    return failureOf(making, await ask(making, uv, ["venv", "--python", ">=3.11", folder]), folder);
  }
  if (chosen.problem === "old") return { kind: "old-python", version: chosen.newest.version.join(".") };
  if (chosen.problem === "no-venv") return { kind: "no-venv", version: chosen.python.version.slice(0, 2).join(".") };
  return { kind: "no-python" };
}

async function pythons(making: Making): Promise<Python[]> {
  const found: Python[] = [];
  for (const command of candidates(making.selected, making.machine)) {
    const options = { cwd: making.storage, limit: 10_000, signal: making.signal };
    // Isolated: neither the current folder nor variables decide what it imports.
    const { stdout } = await run(command, ["-I", "-c", QUESTION], options);
    const python = judge(command, stdout);
    if (python !== undefined) found.push(python);
  }
  return found;
}

/** Installs the wheel and what it needs; the extras too, if there are packages for this machine. */
async function packages(making: Making, wheel: string, folder: string): Promise<Failure | undefined> {
  const python = program(folder, "python", making.machine.platform);
  const [uv] = onPath("uv", making.machine);
  const quiet = ["--disable-pip-version-check", "--no-input", "--prefer-binary"];
  const install = (target: string): Promise<Ended> =>
    uv === undefined
      ? ask(making, python, ["-I", "-m", "pip", "install", ...quiet, target])
      : ask(making, uv, ["pip", "install", "--python", python, target]);
  let done = await install(`${wheel}[duckdb,hosts,lint]`);
  if (done.code !== 0 && failureOf(making, done, folder)?.kind === "install") {
    making.log("Trying again without the extras.\n");
    done = await install(wheel);
  }
  return failureOf(making, done, folder);
}

function ask(making: Making, command: string, args: readonly string[]): Promise<Ended> {
  making.log(`> ${[command, ...args].join(" ")}\n`);
  return run(command, args, {
    cwd: making.storage,
    limit: LIMIT,
    signal: making.signal,
    said: making.log,
    env: ELSEWHERE,
  });
}

/** Of a user's settings for pip only those count that say where packages come from. */
const ELSEWHERE = {
  ...{ PIP_REQUIRE_VIRTUALENV: "", PIP_TARGET: "", PIP_PREFIX: "", PIP_ROOT: "", PIP_PYTHON: "" },
  ...{ PIP_USER: "0", PIP_DRY_RUN: "", PIP_NO_DEPS: "", PYTHONNOUSERSITE: "1", PYTHONHOME: "", PYTHONPATH: "" },
};

function failureOf(making: Making, done: Ended, folder: string): Failure | undefined {
  if (making.signal.aborted) return { kind: "cancelled" };
  return done.code === 0 ? undefined : ofInstall(done.output, done.error, folder);
}

/** Environments of older versions are removed; one in use elsewhere may resist. */
async function tidy(storage: string, folder: string): Promise<void> {
  for (const name of await readdir(storage)) {
    const old = path.join(storage, name);
    if (!name.startsWith("server-") || old === folder) continue;
    await rm(old, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function touch(lock: string): Promise<void> {
  await writeFile(path.join(lock, ALIVE), "").catch(() => undefined);
}

/** Whether everything is there. A Python that was updated or removed leaves an environment behind that
 * leads nowhere. */
function isWhole(folder: string, platform: NodeJS.Platform): boolean {
  const needed = [path.join(folder, DONE), program(folder, "python", platform), program(folder, "sureql", platform)];
  return needed.every((file) => existsSync(file));
}

function wheelIn(folder: string): string | undefined {
  if (!existsSync(folder)) return undefined;
  const [name] = readdirSync(folder).filter((one) => one.endsWith(".whl"));
  return name === undefined ? undefined : path.join(folder, name);
}

/** One folder for each content: a new build of the same version is another server. */
function folderFor(storage: string, wheel: string): string {
  const version = path.basename(wheel).split("-")[1] ?? "";
  const content = createHash("sha256").update(readFileSync(wheel)).digest("hex").slice(0, 8);
  return path.join(storage, `server-${version}-${content}`);
}

function program(folder: string, name: string, platform: NodeJS.Platform): string {
  return platform === "win32" ? path.join(folder, "Scripts", `${name}.exe`) : path.join(folder, "bin", name);
}
