/** Plans in the text: above a statement, and behind its tables. The server draws them. */

import * as vscode from "vscode";
import { isOurs } from "./focus";
import type { Server } from "./server/server";

interface Answer {
  message: string;
}

/** Asks the engine for the plan of the statement at the cursor. */
export async function show(server: Server): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!editor || !isOurs(editor.document)) {
    void vscode.window.showInformationMessage("Put the cursor into the statement that you want the plan of.");
    return;
  }
  const { line, character } = editor.selection.active;
  const place = { uri: editor.document.uri.toString(), position: { line, character } };
  const options = { location: vscode.ProgressLocation.Window, title: "Asking for the plan" };
  const answer = await vscode.window.withProgress(options, () => server.ask<Answer>("sureql.plan", place));
  if (answer && answer.message !== "") void vscode.window.showInformationMessage(answer.message);
}

/** Takes all plans of the active document away. */
export async function hide(server: Server): Promise<void> {
  const uri = vscode.window.activeTextEditor?.document.uri.toString();
  if (uri !== undefined) await server.ask<Answer>("sureql.plan", { uri, hide: true });
}
