import { describe, expect, test } from "vitest";
import { applied, editsOf } from "../../src/panels/edits";

function edit(line: number, from: number, to: number, newText: string, until = line): Parameters<typeof applied>[1][number] {
  return { range: { start: { line, character: from }, end: { line: until, character: to } }, newText };
}

describe("applied", () => {
  test("edits count from the text before any of them", () => {
    const text = "SELECT a\r\nFROM t\nWHERE x";
    expect(applied(text, [edit(0, 7, 8, "b, c"), edit(2, 0, 7, ""), edit(1, 5, 6, "u")])).toBe("SELECT b, c\r\nFROM u\n");
  });

  test("several insertions at one place stay in order", () => {
    expect(applied("ab", [edit(0, 1, 1, "1"), edit(0, 1, 1, "2")])).toBe("a12b");
  });

  test("columns count UTF-16 units", () => {
    expect(applied("😀x", [edit(0, 2, 3, "y")])).toBe("😀y");
  });

  test("a range may go over lines and beyond the end", () => {
    expect(applied("a\nb\nc", [edit(0, 1, 0, " ", 1)])).toBe("a b\nc");
    expect(applied("a", [edit(5, 0, 9, "!")])).toBe("a!");
  });
});

describe("editsOf", () => {
  const change = edit(0, 0, 0, "x");

  test("takes the edits of one document only", () => {
    expect(editsOf({ documentChanges: [{ textDocument: { uri: "file:///a" }, edits: [change] }, { textDocument: { uri: "file:///b" }, edits: [] }] }, "file:///a")).toEqual([change]);
    expect(editsOf({ changes: { "file:///b": [change] } }, "file:///a")).toEqual([]);
  });

  test("addresses may be escaped in several ways", () => {
    expect(editsOf({ changes: { "file:///c%3A/a%20b": [change] } }, "file:///c:/a b")).toEqual([change]);
    expect(editsOf({ changes: { "file:///100%": [change] } }, "file:///100%")).toEqual([change]);
  });
});
