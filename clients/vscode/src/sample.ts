/** The sample project of the walkthrough: a copy, so that it can be written in. */

import * as vscode from "vscode";
import { plain } from "./notices";

const FIRST = ["queries", "start_here.sql"];

/** Copies the sample to a place of its own and opens it. */
export async function open(context: vscode.ExtensionContext): Promise<void> {
  const here = "$(folder-opened) Open it";
  const choose = "$(folder) Choose where to put it…";
  const items = [
    { label: here, description: "in the editor's own storage" },
    { label: choose, description: "to keep it" },
  ];
  const chosen = await vscode.window.showQuickPick(items, { title: "Sample project of sureql" });
  if (!chosen) return;
  const parent = chosen.label === choose ? await folder() : context.globalStorageUri;
  if (!parent) return;
  try {
    const target = await copied(context.extensionUri, parent);
    await vscode.commands.executeCommand("vscode.openFolder", target, {
      forceNewWindow: vscode.workspace.workspaceFolders !== undefined,
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    void vscode.window.showErrorMessage(plain(`The sample project could not be copied to ${parent.fsPath}: ${why}`));
  }
}

async function folder(): Promise<vscode.Uri | undefined> {
  const found = await vscode.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    openLabel: "Put the sample here",
  });
  return found?.[0];
}

async function copied(extension: vscode.Uri, parent: vscode.Uri): Promise<vscode.Uri> {
  const target = vscode.Uri.joinPath(parent, "sureql-sample");
  const there = await vscode.workspace.fs.stat(target).then(
    () => true,
    () => false,
  );
  // A copy that somebody has worked in stays as it is.
  if (!there) {
    await vscode.workspace.fs.createDirectory(parent);
    await vscode.workspace.fs.copy(vscode.Uri.joinPath(extension, "sample"), target);
  }
  return target;
}

/** When the sample's folder has just been opened, shows the file to begin with. */
export async function welcome(): Promise<void> {
  const [root] = vscode.workspace.workspaceFolders ?? [];
  if (root?.name !== "sureql-sample" || vscode.window.activeTextEditor) return;
  const document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(root.uri, ...FIRST)).then(
    (found) => found,
    () => undefined,
  );
  if (!document) return;
  const editor = await vscode.window.showTextDocument(document);
  const end = document.positionAt(document.getText().length);
  editor.selection = new vscode.Selection(end, end);
}
