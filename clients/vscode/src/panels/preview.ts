/** Texts that are only shown: the document as it would be, on the right of a diff. */

import * as vscode from "vscode";

export const SCHEME = "sureql-preview";

/** The texts of diffs, as long as they are open. */
export class Previews implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly texts = new Map<string, string>();
  private readonly registered: vscode.Disposable[];
  private numbers = 0;

  constructor() {
    this.registered = [
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        if (uri.scheme === SCHEME) this.texts.delete(uri.toString());
      }),
    ];
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? "";
  }

  /** What a document would become; `show` it, and `close` it. */
  make(document: vscode.TextDocument, text: string): vscode.Uri {
    const { path } = document.uri;
    const uri = vscode.Uri.from({ scheme: SCHEME, path, query: String(++this.numbers) });
    this.texts.set(uri.toString(), text);
    return uri;
  }

  /** Shows it beside what the document is; `stays`: also when the user looks at another file. */
  async show(
    document: vscode.TextDocument,
    made: vscode.Uri,
    title: string,
    column: vscode.ViewColumn,
    stays = false,
  ): Promise<void> {
    const options: vscode.TextDocumentShowOptions = { viewColumn: column, preview: !stays };
    await vscode.commands.executeCommand("vscode.diff", document.uri, made, title, options);
  }

  /** Closes the diffs that show these texts. */
  async close(...uris: readonly vscode.Uri[]): Promise<void> {
    const ours = new Set(uris.map(String));
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    const found = tabs.filter(
      ({ input }) => input instanceof vscode.TabInputTextDiff && ours.has(input.modified.toString()),
    );
    if (found.length > 0) await vscode.window.tabGroups.close(found, true);
  }

  dispose(): void {
    for (const one of this.registered) one.dispose();
  }
}
