import { expect, test } from "vitest";
import { candidates, choose, judge, type Python } from "../src/finding/pythons";

function python(minor: number, makesEnvironments = true, patch = 5): Python {
  return { command: `/usr/bin/python3.${minor}`, version: [3, minor, patch], makesEnvironments };
}

test("what an interpreter prints is understood", () => {
  expect(judge("/p", "3 12 0 True\n")).toEqual({ command: "/p", version: [3, 12, 0], makesEnvironments: true });
  expect(judge("/p", "3 11 9 False\r\n")?.makesEnvironments).toBe(false);
  for (const text of ["", "Python 3.12", "3 12", "3 12 True", "command not found"]) expect(judge("/p", text)).toBeUndefined();
});

test("the first that is new enough and can make environments is used", () => {
  expect(choose([python(10), python(11, false), python(13), python(12)])).toEqual({ use: python(13) });
});

test("why none can be used", () => {
  expect(choose([])).toEqual({ problem: "missing" });
  expect(choose([python(9), python(10)])).toEqual({ problem: "old", newest: python(10) });
  expect(choose([python(11, true, 2)])).toEqual({ use: python(11, true, 2) });
  expect(choose([python(9), python(12, false)])).toEqual({ problem: "no-venv", python: python(12, false) });
});

test("the selected interpreter is asked first, and none twice", () => {
  const files = ["/usr/bin/python3", "/usr/bin/python3.12"];
  const machine = {
    platform: "linux" as const,
    directories: ["/usr/bin"],
    isFile: (file: string) => files.includes(file),
    real: (file: string) => file,
  };
  expect(candidates("/usr/bin/python3", machine)).toEqual(["/usr/bin/python3", "/usr/bin/python3.12"]);
  expect(candidates("", machine)).toEqual(["/usr/bin/python3.12", "/usr/bin/python3"]);
});
