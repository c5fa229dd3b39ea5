/** Where the editor starts and ends the extension. */

import * as vscode from "vscode";
import { ApiKeys } from "./api_keys";
import * as commands from "./commands";
import * as focus from "./focus";
import * as panels from "./panels";
import { Running } from "./server/running";
import { Declarations } from "./settings/read";
import * as bar from "./status/bar";

/** Milliseconds from the beginning of the activation, for whoever measures. */
export interface Timings {
  activated: number;
  server: number | undefined;
}

let server: Running | undefined;

export function activate(context: vscode.ExtensionContext): { timings: Timings } {
  const begun = performance.now();
  const output = vscode.window.createOutputChannel("sureql", { log: true });
  const keys = new ApiKeys(context.secrets);
  const homes = {
    storage: context.globalStorageUri.fsPath,
    wheels: vscode.Uri.joinPath(context.extensionUri, "server").fsPath,
    output,
  };
  const running = new Running(
    async (own, signal) => (await import("./finding/locate")).locate(homes, own, signal),
    new Declarations(context.extension.packageJSON),
    keys,
    context.extensionPath,
    output,
  );
  server = running;
  context.subscriptions.push(output, running);
  const timings: Timings = { activated: 0, server: undefined };
  context.subscriptions.push(
    running.onDidStart(() => {
      timings.server ??= performance.now() - begun;
    }),
  );
  bar.register(context, running);
  focus.register(context, running);
  commands.register(context, running, keys);
  panels.register(context, running);
  follow(context, running, keys);
  startWhenNeeded(context, running);
  timings.activated = performance.now() - begun;
  return { timings };
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}

/** Nothing runs before there is a document for it. */
function startWhenNeeded(context: vscode.ExtensionContext, running: Running): void {
  const needed = (document: vscode.TextDocument): void => {
    if (running.state === "none" && focus.isOurs(document)) void running.start();
  };
  context.subscriptions.push(vscode.workspace.onDidOpenTextDocument(needed));
  vscode.workspace.textDocuments.forEach(needed);
  void import("./sample").then(({ welcome }) => welcome());
}

/** Changes that the server does not hear of by itself. */
function follow(context: vscode.ExtensionContext, running: Running, keys: ApiKeys): void {
  const restart = (): void => {
    if (running.state !== "none") void running.restart();
  };
  context.subscriptions.push(
    keys.onDidChange(restart),
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      // What was not allowed to start may start now; what runs may do more.
      if (running.state === "failed") restart();
      else void running.configure();
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("sureql.path") || event.affectsConfiguration("sureql.hostLanguages")) {
        restart();
      }
    }),
  );
}
