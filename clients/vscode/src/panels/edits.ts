/** The server's edits applied to texts, without the editor. */

import type { Position, TextEdit, WorkspaceEdit } from "./answers";

/** The edits of one document. */
export function editsOf(edit: WorkspaceEdit, uri: string): TextEdit[] {
  const same = (one: string): boolean => one === uri || decoded(one) === decoded(uri);
  const plain = Object.entries(edit.changes ?? {}).filter(([one]) => same(one));
  const versioned = (edit.documentChanges ?? []).filter((one) => same(one.textDocument.uri));
  return [...plain.flatMap(([, edits]) => edits), ...versioned.flatMap((one) => one.edits)];
}

/** `text` with edits that do not overlap. Positions count UTF-16 units, as the editor does. */
export function applied(text: string, edits: readonly TextEdit[]): string {
  const starts = lineStarts(text);
  const at = ({ line, character }: Position): number => {
    const start = starts[line] ?? text.length;
    return Math.min(start + character, starts[line + 1] ?? text.length);
  };
  const spans = edits.map(({ range, newText }, order) => ({
    start: at(range.start),
    end: at(range.end),
    newText,
    order,
  }));
  spans.sort((one, other) => other.start - one.start || other.order - one.order);
  let result = text;
  for (const { start, end, newText } of spans) result = result.slice(0, start) + newText + result.slice(end);
  return result;
}

function lineStarts(text: string): number[] {
  return [0, ...[...text.matchAll(/\r\n|\r|\n/g)].map((found) => found.index + found[0].length)];
}

/** Editors and servers escape different letters in URIs. */
function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
}
