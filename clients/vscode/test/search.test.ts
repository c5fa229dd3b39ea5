import { expect, test } from "vitest";
import { isInside, type Machine, onPath, outside, type Places, search } from "../src/finding/search";

function machine(files: string[], directories: string[], links: Record<string, string> = {}): Machine {
  return {
    platform: "linux",
    directories,
    isFile: (file) => files.includes(file),
    real: (file) => links[file] ?? file,
  };
}

const nothing: Places = { setting: "", python: "", own: "", folders: ["/project"], trusted: true };
const there = ["/usr/bin/sureql", "/env/bin/sureql", "/own/bin/sureql", "/project/.venv/bin/sureql"];
const all = machine(there, ["/usr/bin"]);

test("the setting comes first, then the selected Python, then PATH, then our own", () => {
  const places: Places = { ...nothing, setting: "/usr/bin/sureql", python: "/env/bin/python", own: "/own/bin/sureql" };
  expect(search(places, all)).toEqual({ found: { command: "/usr/bin/sureql", origin: "settings" } });
  expect(search({ ...places, setting: "" }, all)).toEqual({ found: { command: "/env/bin/sureql", origin: "python" } });
  expect(search({ ...places, setting: "", python: "" }, all)).toEqual({ found: { command: "/usr/bin/sureql", origin: "path" } });
  const bare = machine(there, []);
  expect(search({ ...places, setting: "", python: "" }, bare)).toEqual({ found: { command: "/own/bin/sureql", origin: "own" } });
  expect(search(nothing, bare)).toEqual({ none: true });
});

test("a wrong setting is said, and nothing else is quietly taken", () => {
  for (const setting of ["/nowhere/sureql", "bin/sureql", "./sureql", "other"]) {
    expect(search({ ...nothing, setting }, all)).toEqual({ missing: setting });
  }
  expect(search({ ...nothing, setting: "sureql" }, all)).toEqual({ found: { command: "/usr/bin/sureql", origin: "settings" } });
});

test("nothing of a folder that is not trusted is run", () => {
  const python = "/project/.venv/bin/python";
  const places: Places = { ...nothing, python, trusted: false };
  expect(search(places, machine(there, []))).toEqual({ none: true });
  expect(search({ ...places, trusted: true }, machine(there, []))).toEqual({
    found: { command: "/project/.venv/bin/sureql", origin: "python" },
  });
  // Nor through PATH, or through a link that leads there.
  expect(search({ ...places, python: "" }, machine(there, ["/project/.venv/bin"]))).toEqual({ none: true });
  const linked = machine(["/usr/bin/sureql"], ["/usr/bin"], { "/usr/bin/sureql": "/project/evil" });
  expect(search({ ...places, python: "" }, linked)).toEqual({ none: true });
});

test("a machine without what is in a folder", () => {
  const programs = ["/usr/bin/uv", "/project/bin/uv", "/opt/bin/uv"];
  const whole = machine(programs, ["/project/bin", "/opt/bin", "/usr/bin"], { "/opt/bin/uv": "/project/tools/uv" });
  expect(onPath("uv", whole)).toHaveLength(3);
  expect(onPath("uv", outside(["/project"], whole))).toEqual(["/usr/bin/uv"]);
});

test("relative entries of PATH are the workspace's, and are left out", () => {
  expect(onPath("sureql", machine(["sureql", "bin/sureql"], ["", ".", "bin"]))).toEqual([]);
});

test("what is inside a folder", () => {
  const plain = machine([], [], { "/alias": "/project" });
  expect(isInside("/project/a", ["/project"], plain)).toBe(true);
  expect(isInside("/project", ["/project"], plain)).toBe(true);
  expect(isInside("/projects/a", ["/project"], plain)).toBe(false);
  expect(isInside("/project/..a", ["/project"], plain)).toBe(true);
  expect(isInside("/project/a", ["/alias"], plain)).toBe(true);
  expect(isInside("/a", [], plain)).toBe(false);
});
