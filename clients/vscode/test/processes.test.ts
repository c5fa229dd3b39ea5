import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect, test } from "vitest";
import { run } from "../src/finding/processes";

const OPTIONS = { cwd: tmpdir(), limit: 60_000 };

test("what a program says and how it ends is told, also if there is none", async () => {
  const said = await run(process.execPath, ["-e", "console.log(1); console.error(2); process.exit(3)"], OPTIONS);
  expect(said).toMatchObject({ code: 3, stdout: "1\n" });
  expect(said.output.split("\n").sort()).toEqual(["", "1", "2"]);
  expect(await run("/nowhere/program", [], OPTIONS)).toMatchObject({ code: -1, error: "ENOENT" });
});

test("one that is to end has ended when that is told", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "sureql-processes-"));
  const file = path.join(folder, "works");
  const script = `
    const { rmSync, writeFileSync } = require("node:fs");
    process.on("SIGTERM", () => { setTimeout(() => { rmSync(${JSON.stringify(file)}); process.exit(0); }, 300); });
    setInterval(() => {}, 1000);
    writeFileSync(${JSON.stringify(file)}, "");
    console.log("ready");
  `;
  writeFileSync(path.join(folder, "slow.js"), script);
  const stop = new AbortController();
  const said = (text: string): void => { if (text.includes("ready")) stop.abort(); };
  try {
    const ended = await run(process.execPath, [path.join(folder, "slow.js")], { ...OPTIONS, signal: stop.signal, said });
    expect(ended.code).toBe(-1);
    // Windows ends it at once.
    if (process.platform !== "win32") expect(existsSync(file)).toBe(false);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
