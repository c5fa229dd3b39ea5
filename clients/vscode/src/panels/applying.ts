/** Puts the server's edits into a document, unless it has changed since they were made. */

import * as vscode from "vscode";
import type { WorkspaceEdit } from "./answers";
import { editsOf } from "./edits";
import { toRange } from "./subject";

export const CHANGED = "The text has changed since: nothing was applied.";

/** What it was made for, to see whether that is still there. */
export interface Version {
  uri: vscode.Uri;
  version: number;
}

export async function documentOf({ uri, version }: Version): Promise<vscode.TextDocument | undefined> {
  const document = await vscode.workspace.openTextDocument(uri);
  return document.version === version ? document : undefined;
}

/** True if the edits are in the text now. The user has chosen: nothing more is asked. */
export async function apply(edit: WorkspaceEdit, made: Version): Promise<boolean> {
  const document = await documentOf(made);
  if (!document) return false;
  const all = new vscode.WorkspaceEdit();
  const edits = editsOf(edit, made.uri.toString());
  all.set(made.uri, edits.map(({ range, newText }) => new vscode.TextEdit(toRange(range), newText)));
  return vscode.workspace.applyEdit(all);
}
