/** A picture as SVG. Colours come from the page's style sheet, which takes them from the theme. */

import type { Picture } from "../answers";
import { escape } from "./escape";
import { type Arrow, type Box, layout, LINE, PADDING, type Point } from "./layout";

const CORNER: Readonly<Record<string, number>> = { table: 2, view: 2, result: 16, cte: 8, "sub-query": 8 };

/** The drawing of a picture; `name` keeps what it defines apart from that of others on the page. */
export function draw(picture: Picture, name: string, letter?: number): string {
  const { width, height, boxes, arrows } = layout(picture, letter);
  const head = `head-${escape(name)}`;
  return [
    `<svg class="picture" role="group" aria-label="${escape(picture.title)}"`,
    ` viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    `<defs><marker id="${head}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">`,
    `<path class="head" d="M0,0.5 L7.5,4 L0,7.5 z"/></marker></defs>`,
    ...arrows.map((one) => arrow(one, head)),
    ...boxes.map(box),
    "</svg>",
  ].join("");
}

function box({ node, x, y, width, height, lines }: Box): string {
  const link = node.range ? ` class="node ${kind(node.kind)} link" role="link" tabindex="0"` : ` class="node ${kind(node.kind)}" role="img"`;
  const said = [node.label, node.detail].filter(Boolean).join(": ").replace(/\n/g, ", ");
  const hint = node.range ? ". Shows it in the text" : "";
  const texts = lines.map((line, number) => {
    const middle = y + PADDING + 10 + number * LINE;
    return `<text class="${number ? "detail" : "label"}" x="${fixed(x + PADDING)}" y="${fixed(middle)}">${escape(line)}</text>`;
  });
  return [
    `<g data-node="${escape(node.id)}"${link} aria-label="${escape(said + hint)}">`,
    `<title>${escape([node.label, node.detail].filter(Boolean).join("\n"))}</title>`,
    `<rect x="${fixed(x)}" y="${fixed(y)}" width="${fixed(width)}" height="${fixed(height)}" rx="${CORNER[node.kind] ?? 4}"/>`,
    ...texts,
    "</g>",
  ].join("");
}

function arrow({ points, label, labelAt }: Arrow, head: string): string {
  const line = `<path class="arrow" d="${curve(points)}" marker-end="url(#${head})"/>`;
  if (!labelAt) return line;
  return `${line}<text class="edge" text-anchor="middle" x="${fixed(labelAt.x)}" y="${fixed(labelAt.y + 4)}">${escape(label)}</text>`;
}

/** A line through the points whose corners are rounded. */
function curve(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (!first) return "";
  const parts = [`M${at(first)}`];
  rest.forEach((point, number) => {
    const next = rest[number + 1];
    if (next) parts.push(`Q${at(point)} ${at({ x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 })}`);
    else parts.push(`L${at(point)}`);
  });
  return parts.join(" ");
}

/** A class name, whatever the server calls it. */
function kind(name: string): string {
  return `kind-${name.replace(/[^a-z-]/g, "")}`;
}

function at({ x, y }: Point): string {
  return `${fixed(x)},${fixed(y)}`;
}

function fixed(value: number): string {
  return String(Math.round(value * 10) / 10);
}
