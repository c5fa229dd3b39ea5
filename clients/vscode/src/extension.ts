/** Where the editor starts and ends the extension. */

import type * as vscode from "vscode";
import * as panels from "./panels";
import { Running } from "./server/running";

let server: Running | undefined;

export function activate(context: vscode.ExtensionContext): void {
  server = new Running();
  context.subscriptions.push(server);
  panels.register(context, server);
  void server.start();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
