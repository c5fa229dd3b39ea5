/** What becomes of a statement that was written: buttons in the title of its diff, so that nothing covers it. */

import * as vscode from "vscode";

export type Decision = "insert" | "refine" | "discard";

/** Set while there is something to decide: the buttons are shown then. */
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

  /** What the user decides. Who closes the diff of `made`, or asks for something else, discards. */
  async of(made: vscode.Uri): Promise<Decision> {
    this.decide?.("discard");
    const isThere = (): boolean =>
      vscode.window.tabGroups.all.some(({ tabs }) =>
        tabs.some(({ input }) => input instanceof vscode.TabInputTextDiff && input.modified.toString() === made.toString()),
      );
    let seen = isThere();
    let watching: vscode.Disposable | undefined;
    const decided = new Promise<Decision>((resolve) => {
      this.decide = resolve;
      watching = vscode.window.tabGroups.onDidChangeTabs(() => {
        // The tab of a diff that was just opened may be told late.
        if (isThere()) seen = true;
        else if (seen) resolve("discard");
      });
    });
    const mine = this.decide;
    void vscode.commands.executeCommand("setContext", CONTEXT, true);
    try {
      return await decided;
    } finally {
      watching?.dispose();
      if (this.decide === mine) {
        this.decide = undefined;
        void vscode.commands.executeCommand("setContext", CONTEXT, false);
      }
    }
  }

  dispose(): void {
    for (const one of this.registered) one.dispose();
  }
}
