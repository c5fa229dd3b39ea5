/** The private environment, with the Python of this machine and without any package index. */

import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { make, type Making, ready } from "../src/finding/environment";
import { machine } from "../src/finding/machine";

let folder: string;

/** A wheel of a package that needs nothing, or something that no index has. */
function wheel(needs: string): string {
  const wheels = path.join(folder, "wheels");
  mkdirSync(wheels);
  const script = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w") as z:
    z.writestr("stand_in.py", "def main():\\n    print('sureql 9.9')\\n")
    info = "sureql-9.9.dist-info/"
    z.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: sureql\\nVersion: 9.9\\n" + sys.argv[2])
    z.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    z.writestr(info + "entry_points.txt", "[console_scripts]\\nsureql = stand_in:main\\n")
    z.writestr(info + "RECORD", "")
`;
  const requires = needs === "" ? "" : `Requires-Dist: ${needs}\n`;
  execFileSync("python3", ["-c", script, path.join(wheels, "sureql-9.9-py3-none-any.whl"), requires]);
  return wheels;
}

function making(wheels: string, more: Partial<Making> = {}): Making {
  return {
    storage: path.join(folder, "storage"),
    wheels,
    selected: "",
    machine: { ...machine, directories: machine.directories },
    report: () => undefined,
    log: () => undefined,
    signal: new AbortController().signal,
    ...more,
  };
}

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "sureql-environment-"));
  // Nobody listens there.
  vi.stubEnv("PIP_INDEX_URL", "http://127.0.0.1:9/simple");
  vi.stubEnv("UV_INDEX_URL", "http://127.0.0.1:9/simple");
  vi.stubEnv("PIP_RETRIES", "1");
  vi.stubEnv("UV_HTTP_RETRIES", "0");
});

afterEach(() => {
  vi.unstubAllEnvs();
  chmodSync(folder, 0o755);
  rmSync(folder, { recursive: true, force: true });
});

test("it is made once, also when two windows want it", { timeout: 120_000 }, async () => {
  const wheels = wheel("");
  const storage = path.join(folder, "storage");
  mkdirSync(path.join(storage, "server-0.0.1-old"), { recursive: true });
  expect(ready(storage, wheels, process.platform)).toBe("");
  const said: string[] = [];
  const both = await Promise.all([
    make(making(wheels)),
    make(making(wheels, { report: (message) => said.push(message) })),
  ]);
  const command = ready(storage, wheels, process.platform);
  expect(both).toEqual([{ command }, { command }]);
  expect(said).toContain("Another window is installing the server");
  expect(execFileSync(command, { encoding: "utf8" }).trim()).toBe("sureql 9.9");
  // Nothing of older versions or of the installation is left.
  expect(readdirSync(storage)).toEqual([path.basename(path.dirname(path.dirname(command)))]);
});

test("one whose Python is gone is made anew, whatever the user's own pip installs where", { timeout: 120_000 }, async () => {
  const wheels = wheel("");
  const storage = path.join(folder, "storage");
  for (const name of ["PIP_TARGET", "PIP_PREFIX", "PIP_ROOT"]) vi.stubEnv(name, path.join(folder, "elsewhere"));
  for (const name of ["PIP_USER", "PIP_REQUIRE_VIRTUALENV", "PIP_DRY_RUN"]) vi.stubEnv(name, "1");
  vi.stubEnv("PYTHONPATH", folder);
  writeFileSync(path.join(folder, "venv.py"), "raise SystemExit('not the real one')\n");
  await make(making(wheels));
  const command = ready(storage, wheels, process.platform);
  expect(execFileSync(command, { encoding: "utf8" }).trim()).toBe("sureql 9.9");
  expect(existsSync(path.join(folder, "elsewhere"))).toBe(false);
  expect(statSync(storage).mode & 0o077).toBe(0);
  const python = path.join(path.dirname(command), "python");
  rmSync(python);
  symlinkSync("/nowhere/python3", python);
  expect(ready(storage, wheels, process.platform)).toBe("");
  expect(await make(making(wheels))).toEqual({ command });
  expect(execFileSync(command, { encoding: "utf8" }).trim()).toBe("sureql 9.9");
});

test("without an index it says so and leaves nothing half made", { timeout: 120_000 }, async () => {
  const wheels = wheel("a-package-that-is-needed");
  expect(await make(making(wheels))).toEqual({ failure: { kind: "offline" } });
  expect(ready(path.join(folder, "storage"), wheels, process.platform)).toBe("");
  expect(readdirSync(path.join(folder, "storage"))).toEqual([]);
});

test("without any Python it says so", async () => {
  const empty = { ...machine, directories: [] };
  expect(await make(making(wheel(""), { machine: empty }))).toEqual({ failure: { kind: "no-python" } });
});

test("a Python that is too old, or cannot make environments, is told", async () => {
  const bin = path.join(folder, "bin");
  const stand_in = (printed: string): Making["machine"] => {
    mkdirSync(bin, { recursive: true });
    writeFileSync(path.join(bin, "python3"), `#!/bin/sh\necho "${printed}"\n`, { mode: 0o755 });
    return { ...machine, directories: [bin] };
  };
  const wheels = wheel("");
  const of = async (printed: string): Promise<unknown> => await make(making(wheels, { machine: stand_in(printed) }));
  expect(await of("3 9 2 True")).toEqual({ failure: { kind: "old-python", version: "3.9.2" } });
  expect(await of("3 12 1 False")).toEqual({ failure: { kind: "no-venv", version: "3.12" } });
});

test("a home that cannot be written to is told", async () => {
  // A file where a folder should be stops root, too.
  writeFileSync(path.join(folder, "blocked"), "");
  const wheels = wheel("");
  const made = await make(making(wheels, { storage: path.join(folder, "blocked", "storage") }));
  expect(made).toMatchObject({ failure: { kind: "read-only" } });
  expect(existsSync(path.join(folder, "storage"))).toBe(false);
});

test("who does not want to wait any longer is left in peace", async () => {
  const stop = new AbortController();
  setTimeout(() => {
    stop.abort();
  }, 50);
  const made = await make(making(wheel(""), { signal: stop.signal }));
  expect(made).toEqual({ failure: { kind: "cancelled" } });
});
