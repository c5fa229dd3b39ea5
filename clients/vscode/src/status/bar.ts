/** The item in the status bar. */

import * as vscode from "vscode";
import { tell } from "../finding/failures";
import type { Running } from "../server/running";
import { item, type Told } from "./texts";
import { unread, watch } from "./unread";

const COLOURS = {
  none: undefined,
  warning: new vscode.ThemeColor("statusBarItem.warningBackground"),
  error: new vscode.ThemeColor("statusBarItem.errorBackground"),
} as const;

export function register(context: vscode.ExtensionContext, server: Running): void {
  const bar = vscode.window.createStatusBarItem("sureql", vscode.StatusBarAlignment.Right, 90);
  bar.name = "sureql";
  bar.command = "sureql.menu";
  let told: Told | undefined;
  let hidden = "";

  const draw = (): void => {
    const failure = server.failure ? tell(server.failure).message : "";
    const shown = item(server.state, told, failure, vscode.workspace.isTrusted, hidden);
    bar.text = shown.text;
    bar.tooltip = shown.tooltip;
    bar.backgroundColor = COLOURS[shown.severity];
    bar.accessibilityInformation = { label: `sureql: ${shown.tooltip}`, role: "button" };
  };
  draw();
  bar.show();
  context.subscriptions.push(
    bar,
    server.onDidChangeState(() => {
      if (server.state !== "running") told = undefined;
      draw();
    }),
    server.onDidChangeStatus((said) => {
      told = said;
      draw();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(draw),
    watch(() => {
      hidden = unread();
      draw();
    }),
  );
}
