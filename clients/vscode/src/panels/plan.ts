/** `sureql.plan`: the engine's plan of a statement, shown in the text until the statement is edited. */

import * as vscode from "vscode";
import { plain } from "../notices";
import type { Server } from "../server/server";
import { subject } from "./subject";

const BESIDE = "Explain it";

export function register(context: vscode.ExtensionContext, server: Server): void {
  const plan = async (argument?: unknown): Promise<void> => {
    const found = subject(argument, "see the plan of");
    if (!found) return;
    const place = { uri: found.uri.toString(), position: found.position };
    const location = vscode.ProgressLocation.Window;
    const answer = await vscode.window.withProgress({ location, title: "Asking for the plan" }, () =>
      server.ask<{ heading: string; message: string }>("sureql.plan", place),
    );
    if (!answer) return;
    if (answer.message) void vscode.window.showInformationMessage(plain(answer.message));
    else if (answer.heading) {
      const chosen = await vscode.window.showInformationMessage(plain(answer.heading), BESIDE);
      if (chosen) await vscode.commands.executeCommand("sureql.explain", { ...place, plan: true });
    }
  };
  const hide = (): unknown => {
    const editor = vscode.window.activeTextEditor;
    const position = { line: 0, character: 0 };
    return editor && server.ask("sureql.plan", { uri: editor.document.uri.toString(), position, hide: true });
  };
  context.subscriptions.push(
    vscode.commands.registerCommand("sureql.plan", plan),
    vscode.commands.registerCommand("sureql.hidePlan", hide),
  );
}
