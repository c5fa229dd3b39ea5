/** Panels after the window was loaded anew, or its extension host: the editor drops some of what was
 * shown, and goes on showing the rest, which nobody answers for any more. */

import * as vscode from "vscode";
import { PAGES } from "../pages";
import { TYPES } from "./page/webview";
import { SCHEME as PREVIEWS } from "./preview";
import type { Subject } from "./subject";

const EXPLAINED = "sureql.explained";
const COMPARED = "sureql.compared";

/** What the explain panel was about. */
export interface Explained extends Subject {
  plan: boolean;
}

/** Remembers for the folder what its panels show. Windows share it. */
export class Memory {
  constructor(private readonly kept: vscode.Memento) {}

  explains(what: Explained | undefined): void {
    void this.kept.update(EXPLAINED, what && { ...what, uri: what.uri.toString() });
  }

  compares(is: boolean): void {
    void this.kept.update(COMPARED, is ? true : undefined);
  }

  /** What was explained when the window was here last, if its text is still open. */
  explained(): Explained | undefined {
    const found = this.kept.get<Omit<Explained, "uri"> & { uri: string }>(EXPLAINED);
    return found && isOpen(found.uri) ? { ...found, uri: vscode.Uri.parse(found.uri) } : undefined;
  }

  compared(): boolean {
    return this.kept.get<boolean>(COMPARED) === true;
  }
}

/** Closes what is left of an earlier extension host, and the empty places of what the editor has dropped.
 * To be called before anything new is shown. */
export async function clear(memory: Memory): Promise<void> {
  const left = tabs().filter(({ input }) => isLeft(input));
  // A window of several groups keeps one that has lost its only panel.
  const lost = memory.compared() || memory.explained() !== undefined;
  memory.compares(false);
  if (left.length > 0) await vscode.window.tabGroups.close(left, true);
  const groups = vscode.window.tabGroups.all;
  const empty = groups.filter((group) => group.tabs.length === 0);
  if (lost && empty.length > 0 && empty.length < groups.length) await vscode.window.tabGroups.close(empty, true);
}

function isLeft(input: unknown): boolean {
  // The editor puts a word of its own before the type.
  if (input instanceof vscode.TabInputWebview) return TYPES.some((type) => input.viewType.endsWith(type));
  if (input instanceof vscode.TabInputTextDiff) return input.modified.scheme === PREVIEWS;
  return input instanceof vscode.TabInputText && [PREVIEWS, PAGES].includes(input.uri.scheme);
}

function isOpen(uri: string): boolean {
  return tabs().some(({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === uri);
}

function tabs(): vscode.Tab[] {
  return vscode.window.tabGroups.all.flatMap((group) => group.tabs);
}
