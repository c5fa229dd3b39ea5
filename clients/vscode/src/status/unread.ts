/** SQL files that the editor shows, or would, but keeps from extensions: too large, or not text. */

import * as vscode from "vscode";
import { basename } from "node:path";

/** The name of such a file if it is in front, else "". */
export function unread(): string {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  if (!(input instanceof vscode.TabInputText) || !input.uri.path.endsWith(".sql")) return "";
  const uri = input.uri.toString();
  const known = vscode.workspace.textDocuments.some((one) => one.uri.toString() === uri);
  return known ? "" : basename(input.uri.path);
}

/** Calls `changed` when that may be another one, a while after the tabs have changed: the editor tells of
 * a tab before its text. */
export function watch(changed: () => void): vscode.Disposable {
  let waiting: NodeJS.Timeout | undefined;
  const later = (): void => {
    clearTimeout(waiting);
    waiting = setTimeout(changed, SETTLED);
  };
  later();
  return vscode.Disposable.from(
    vscode.window.tabGroups.onDidChangeTabs(later),
    vscode.window.tabGroups.onDidChangeTabGroups(later),
    vscode.workspace.onDidOpenTextDocument(later),
    new vscode.Disposable(() => { clearTimeout(waiting); }),
  );
}

const SETTLED = 500;
