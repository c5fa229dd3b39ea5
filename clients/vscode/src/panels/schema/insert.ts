/** Writes a name of the schema at the cursors. */

import * as vscode from "vscode";
import { HOST_LANGUAGES } from "../../documents";
import { isOurs } from "../../focus";
import { plain } from "../../notices";
import type { Server } from "../../server/server";
import type { TextEdit } from "../answers";
import { CHANGED } from "../applying";
import { toRange } from "../subject";

/** A name that means the same in every string of every language. */
const HARMLESS = /^[\p{L}\p{N}_.]+$/u;
const COPY = "Copy the Name";

/** Writes `name` at every cursor of the editor that was used last, in a program as its string needs it. */
export async function insert(server: Server, name: string): Promise<void> {
  const editor = vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors.find((one) => isOurs(one.document));
  if (!editor) {
    void vscode.window.showInformationMessage("Open a file first: the name is written at its cursor.");
    return;
  }
  const { document } = editor;
  const { version } = document;
  const edits = await editsOf(server, editor, name);
  if (edits === undefined) await offerCopy(name);
  else if (document.version !== version) void vscode.window.showWarningMessage(CHANGED);
  else {
    await editor.edit((edit) => {
      for (const { range, newText } of edits) edit.replace(toRange(range), newText);
    });
    await vscode.window.showTextDocument(document, { viewColumn: editor.viewColumn ?? vscode.ViewColumn.One });
  }
}

/** Undefined where the name can't be written at one of the cursors. */
async function editsOf(server: Server, editor: vscode.TextEditor, name: string): Promise<TextEdit[] | undefined> {
  const { document, selections } = editor;
  const isProgram = HOST_LANGUAGES.some((one) => one === document.languageId);
  if (!isProgram || HARMLESS.test(name)) return selections.map((range) => ({ range, newText: name }));
  const found: TextEdit[] = [];
  for (const { start, end } of selections) {
    const argument = { uri: document.uri.toString(), insert: name, range: { start, end } };
    const answer = await server.ask<{ edits: TextEdit[] | null }>("sureql.schema", argument);
    if (!answer?.edits) return undefined;
    found.push(...answer.edits);
  }
  return found;
}

async function offerCopy(name: string): Promise<void> {
  const said = `${name} is not written here: it needs quotes, and no string with SQL is at the cursor.`;
  const chosen = await vscode.window.showInformationMessage(plain(said), COPY);
  if (chosen === COPY) await vscode.env.clipboard.writeText(name);
}
