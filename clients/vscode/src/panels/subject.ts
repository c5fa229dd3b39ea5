/** Which statement a command is about: the one at a place that is named, or at the cursor. */

import * as vscode from "vscode";
import { isOurs } from "../focus";
import type { Position, Range } from "./answers";

export interface Subject {
  uri: vscode.Uri;
  position: Position;
  /** What is selected, if anything is. */
  range?: Range;
}

/** `argument` is what the server's own commands carry; without one it is the cursor. Tells the user
 * when there is nothing. */
export function subject(argument: unknown, purpose: string): Subject | undefined {
  const named = argument as { uri?: unknown; position?: unknown } | undefined;
  if (typeof named?.uri === "string" && isPosition(named.position)) {
    return { uri: vscode.Uri.parse(named.uri), position: named.position };
  }
  const editor = vscode.window.activeTextEditor;
  if (!editor || !isOurs(editor.document)) {
    void vscode.window.showInformationMessage(`Put the cursor into a SQL statement to ${purpose} it.`);
    return undefined;
  }
  return at(editor);
}

/** What is at the cursor of an editor. */
export function at(editor: vscode.TextEditor): Subject {
  const { selection, document } = editor;
  const found: Subject = { uri: document.uri, position: plain(selection.active) };
  if (!selection.isEmpty) found.range = { start: plain(selection.start), end: plain(selection.end) };
  return found;
}

export function toRange({ start, end }: Range): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}

/** Shows a place of a document in an editor that has it already, or else in the first column. */
export async function reveal(uri: vscode.Uri, range: Range): Promise<void> {
  const shown = vscode.window.visibleTextEditors.find((one) => one.document.uri.toString() === uri.toString());
  await vscode.window.showTextDocument(uri, {
    selection: toRange(range),
    viewColumn: shown?.viewColumn ?? vscode.ViewColumn.One,
  });
}

function plain({ line, character }: vscode.Position): Position {
  return { line, character };
}

function isPosition(value: unknown): value is Position {
  const one = value as Partial<Position> | undefined;
  return typeof one?.line === "number" && typeof one.character === "number";
}
