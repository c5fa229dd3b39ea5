/** Which document the user looks at: the server is told, and keys are bound to it. */

import * as vscode from "vscode";
import { selector } from "./documents";
import { hostLanguages } from "./settings/read";
import type { Running } from "./server/running";

/** Whether a document goes to the server. */
export function isOurs(document: vscode.TextDocument): boolean {
  return vscode.languages.match(selector(hostLanguages()), document) > 0;
}

export function register(context: vscode.ExtensionContext, server: Running): void {
  /** Whether the server has told of a schema: before that there is hardly any ghost text. */
  let ready = false;
  /** The document that was typed in before that. */
  let waiting: vscode.TextDocument | undefined;

  const looked = (editor: vscode.TextEditor | undefined): void => {
    const here = editor !== undefined && isOurs(editor.document);
    void vscode.commands.executeCommand("setContext", "sureql.here", here);
    if (here) {
      const textDocument = { uri: editor.document.uri.toString() };
      void server.client?.sendNotification("textDocument/didFocus", { textDocument });
    }
  };
  looked(vscode.window.activeTextEditor);
  context.subscriptions.push(
    vscode.window.onDidChangeActiveTextEditor(looked),
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (!ready && contentChanges.length > 0 && isOurs(document)) waiting = document;
    }),
    vscode.workspace.onDidOpenTextDocument((document) => {
      // The language of a document may have changed.
      if (document === vscode.window.activeTextEditor?.document) looked(vscode.window.activeTextEditor);
    }),
    server.onDidStart(() => {
      ready = false;
      looked(vscode.window.activeTextEditor);
    }),
    server.onDidChangeStatus(({ busy }) => {
      if (ready || busy) return;
      ready = true;
      const here = vscode.window.activeTextEditor?.document;
      // Who is quick has typed before this extension was there to hear of it: the text is not saved.
      if (here !== undefined && isOurs(here) && (waiting === here || here.isDirty)) {
        void vscode.commands.executeCommand("editor.action.inlineSuggest.trigger");
      }
      waiting = undefined;
    }),
  );
}
