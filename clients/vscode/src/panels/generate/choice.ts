/** What becomes of a statement that was written: buttons in the title of its diff, so that nothing covers it. */

import * as vscode from "vscode";

/** "closed": nothing was chosen, and the user is at something else already. */
export type Decision = "insert" | "refine" | "discard" | "closed";

/** Set while the diff of what was written is in front: its buttons and keys are there then. */
const CONTEXT = "sureql.written";

const COMMANDS: Readonly<Record<string, Decision>> = {
  "sureql.generateInsert": "insert",
  "sureql.generateRefine": "refine",
  "sureql.generateDiscard": "discard",
};

export class Choice implements vscode.Disposable {
  private decide: ((decision: Decision) => void) | undefined;
  private readonly registered: vscode.Disposable[];

  constructor() {
    this.registered = Object.entries(COMMANDS).map(([id, decision]) =>
      vscode.commands.registerCommand(id, () => this.decide?.(decision)),
    );
  }

  /** What the user decides about `made`, whose diff is shown. Only the newest one can be decided about. */
  async of(made: vscode.Uri): Promise<Decision> {
    this.decide?.("closed");
    const isShown = ({ input }: vscode.Tab): boolean =>
      input instanceof vscode.TabInputTextDiff && input.modified.toString() === made.toString();
    let seen = false;
    let mine: ((decision: Decision) => void) | undefined;
    const look = (): void => {
      const { all, activeTabGroup } = vscode.window.tabGroups;
      const { activeTab } = activeTabGroup;
      if (this.decide === mine) offer(activeTab !== undefined && isShown(activeTab));
      // The tab of a diff that was just opened may be told late.
      if (all.some(({ tabs }) => tabs.some(isShown))) seen = true;
      else if (seen) mine?.("closed");
    };
    const watching = [vscode.window.tabGroups.onDidChangeTabs(look), vscode.window.tabGroups.onDidChangeTabGroups(look)];
    const decided = new Promise<Decision>((resolve) => { mine = resolve; });
    this.decide = mine;
    look();
    try {
      return await decided;
    } finally {
      for (const one of watching) one.dispose();
      if (this.decide === mine) {
        this.decide = undefined;
        offer(false);
      }
    }
  }

  dispose(): void {
    for (const one of this.registered) one.dispose();
  }
}

function offer(is: boolean): void {
  void vscode.commands.executeCommand("setContext", CONTEXT, is);
}
