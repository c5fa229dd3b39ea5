/** Where the boxes and arrows of a picture stand. */

import { Graph, layout as arrange } from "@dagrejs/dagre";
import type { Picture, PictureNode } from "../answers";

export interface Point {
  x: number;
  y: number;
}

export interface Box {
  node: PictureNode;
  /** The upper left corner. */
  x: number;
  y: number;
  width: number;
  height: number;
  lines: string[];
}

export interface Arrow {
  from: string;
  to: string;
  label: string;
  points: Point[];
  /** The middle of the label. */
  labelAt: Point | undefined;
}

export interface Layout {
  width: number;
  height: number;
  boxes: Box[];
  arrows: Arrow[];
}

export const LINE = 17;
export const PADDING = 10;
const LETTER = 7.3;
const WIDEST = 34;
const MOST_LINES = 5;
const MARGIN = 6;

/** Boxes above those that they flow into; a plan's first steps are at the bottom. `letter` is the
 * width of one letter. */
export function layout(picture: Picture, letter: number = LETTER): Layout {
  const graph = new Graph({ multigraph: true });
  const rankdir = picture.kind === "plan" ? "BT" : "TB";
  graph.setGraph({ rankdir, nodesep: 26, ranksep: 34, marginx: MARGIN, marginy: MARGIN });
  graph.setDefaultEdgeLabel(() => ({}));
  const lines = new Map(picture.nodes.map((node) => [node.id, linesOf(node)]));
  for (const node of picture.nodes) {
    const shown = lines.get(node.id) ?? [];
    const longest = Math.max(...shown.map(columns));
    graph.setNode(node.id, {
      width: longest * letter + 2 * PADDING,
      height: shown.length * LINE + 2 * PADDING - 4,
    });
  }
  const edges = picture.edges.filter((edge) => lines.has(edge.from) && lines.has(edge.to));
  edges.forEach((edge, number) => {
    const width = edge.label ? columns(edge.label) * letter + 8 : 0;
    const size = { width, height: edge.label ? LINE : 0, labelpos: "c" };
    graph.setEdge(edge.from, edge.to, size, String(number));
  });
  arrange(graph);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  const boxes = picture.nodes.map((node) => {
    const found = graph.node(node.id) as Point & { width: number; height: number };
    const corner = { x: found.x - found.width / 2, y: found.y - found.height / 2 };
    return { node, ...corner, width: found.width, height: found.height, lines: lines.get(node.id) ?? [] };
  });
  const arrows = edges.map((edge, number) => {
    const found = graph.edge(edge.from, edge.to, String(number)) as { points: Point[] } & Partial<Point>;
    const { x, y } = found;
    const labelAt = edge.label && x !== undefined && y !== undefined ? { x, y } : undefined;
    return { ...edge, points: found.points, labelAt };
  });
  return { width: round(width), height: round(height), boxes, arrows };
}

function linesOf(node: PictureNode): string[] {
  const details = node.detail.split("\n").filter((line) => line.trim() !== "");
  const wrapped = details.flatMap(wrap);
  const shown = wrapped.length > MOST_LINES ? [...wrapped.slice(0, MOST_LINES - 1), "…"] : wrapped;
  return [cut(node.label), ...shown];
}

function wrap(line: string): string[] {
  const found: string[] = [];
  for (const word of line.trim().split(/\s+/)) {
    const last = found.at(-1);
    if (last !== undefined && columns(last) + 1 + columns(word) <= WIDEST) {
      found[found.length - 1] = `${last} ${word}`;
    } else found.push(cut(word));
  }
  return found;
}

function cut(text: string): string {
  const letters = Array.from(text);
  return letters.length <= WIDEST ? text : `${letters.slice(0, WIDEST - 1).join("")}…`;
}

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60]/;

/** Letters of Chinese, Japanese and Korean are twice as wide. */
function columns(text: string): number {
  return Array.from(text).reduce((sum, letter) => sum + (WIDE.test(letter) ? 2 : 1), 0);
}

function round(value: number): number {
  return Math.ceil(value);
}
