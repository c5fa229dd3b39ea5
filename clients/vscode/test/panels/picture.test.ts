import { describe, expect, test } from "vitest";
import type { Picture } from "../../src/panels/answers";
import { layout } from "../../src/panels/page/layout";
import { draw } from "../../src/panels/page/svg";

const FLOW: Picture = {
  kind: "data-flow",
  title: "Data flow",
  nodes: [
    { id: "n0", label: "result", detail: "", kind: "result" },
    { id: "n1", label: "JOIN", detail: "a.id = b.id", kind: "join", range: { start: { line: 1, character: 0 }, end: { line: 1, character: 9 } } },
    { id: "n2", label: "a", detail: "", kind: "table" },
    { id: "n3", label: "b", detail: "", kind: "table" },
  ],
  edges: [
    { from: "n1", to: "n0", label: "" },
    { from: "n2", to: "n1", label: "" },
    { from: "n3", to: "n1", label: "left" },
    { from: "n3", to: "n1", label: "checks" },
  ],
  text: "",
};

function place(picture: Picture, id: string): { y: number } {
  const found = layout(picture).boxes.find(({ node }) => node.id === id);
  if (!found) throw new Error(id);
  return found;
}

describe("layout", () => {
  test("tables stand above what they flow into, and the result is last", () => {
    const ys = ["n2", "n1", "n0"].map((id) => place(FLOW, id).y);
    expect(ys).toEqual([...ys].sort((one, other) => one - other));
    expect(new Set(ys).size).toBe(3);
  });

  test("the first steps of a plan stand below", () => {
    const plan: Picture = { ...FLOW, kind: "plan" };
    expect(place(plan, "n2").y).toBeGreaterThan(place(plan, "n0").y);
  });

  test("boxes do not overlap, and all are inside the drawing", () => {
    const { boxes, width, height } = layout(FLOW);
    for (const one of boxes) {
      expect(one.x).toBeGreaterThanOrEqual(0);
      expect(one.x + one.width).toBeLessThanOrEqual(width);
      expect(one.y + one.height).toBeLessThanOrEqual(height);
      for (const other of boxes) {
        if (one === other) continue;
        const apart = one.x + one.width <= other.x || other.x + other.width <= one.x || one.y + one.height <= other.y || other.y + other.height <= one.y;
        expect(apart).toBe(true);
      }
    }
  });

  test("two arrows between the same boxes are both drawn, with their labels", () => {
    const { arrows } = layout(FLOW);
    expect(arrows.filter((one) => one.from === "n3").map((one) => one.label)).toEqual(["left", "checks"]);
    expect(arrows.filter((one) => one.labelAt).length).toBe(2);
  });

  test("long texts are wrapped and cut", () => {
    const nodes = [{ id: "n0", label: "x".repeat(200), detail: `${"word ".repeat(100)}\n${"y".repeat(99)}`, kind: "filter" }];
    const [box] = layout({ ...FLOW, nodes, edges: [] }).boxes;
    expect(box?.lines.length).toBeLessThanOrEqual(6);
    expect(Math.max(...(box?.lines ?? []).map((line) => line.length))).toBeLessThanOrEqual(34);
  });

  test("arrows to boxes that are not there are left out", () => {
    const edges = [{ from: "n2", to: "gone", label: "" }];
    expect(layout({ ...FLOW, edges }).arrows).toEqual([]);
  });

  test("a step that reads itself is drawn", () => {
    const edges = [{ from: "n1", to: "n1", label: "again" }];
    expect(layout({ ...FLOW, edges }).arrows).toHaveLength(1);
  });
});

describe("svg", () => {
  test("boxes with a place in the text are links that a keyboard reaches", () => {
    const svg = draw(FLOW, "0");
    expect(svg.match(/role="link" tabindex="0"/g)).toHaveLength(1);
    expect(svg).toContain('data-node="n1" class="node kind-join link"');
    expect(svg).toContain('aria-label="JOIN: a.id = b.id. Shows it in the text"');
  });

  test("whatever names say, nothing gets out of the text of a box", () => {
    const evil = `"><script>alert(1)</script><a href='command:x' onclick=y>&amp;\u0000`;
    const nodes = [{ id: evil, label: evil, detail: evil, kind: evil }];
    const svg = draw({ ...FLOW, title: evil, nodes, edges: [{ from: evil, to: evil, label: evil }] }, evil);
    expect(svg).not.toMatch(/<(script|a)\b/);
    // Every sign that could end an attribute or begin a tag is our own.
    const tags = svg.match(/<[^>]*>/g) ?? [];
    for (const tag of tags) expect(tag).toMatch(/^<\/?(svg|defs|marker|path|g|title|rect|text)( [a-zA-Z-]+="[^"<>]*")*\/?>$/);
    expect(svg).not.toContain("\u0000");
  });
});
