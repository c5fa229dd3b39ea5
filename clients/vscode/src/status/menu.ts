/** The menu behind the status bar item. */

import * as vscode from "vscode";
import { FEATURES } from "../settings/features";
import { wanted } from "../settings/read";
import { tell } from "../finding/failures";
import type { Running } from "../server/running";
import { type Line, lines, type Report } from "./texts";

interface Choice extends vscode.QuickPickItem {
  command?: string;
  argument?: unknown;
}

/** Shows the state and what can be done. */
export async function show(server: Running): Promise<void> {
  const picker = vscode.window.createQuickPick<Choice>();
  picker.title = server.version === "" ? "sureql" : `sureql ${server.version}`;
  picker.placeholder = "What do you want to do?";
  picker.matchOnDescription = true;
  picker.items = [...state(server), ...actions()];
  picker.busy = server.client !== undefined;
  picker.onDidAccept(() => {
    const [chosen] = picker.selectedItems;
    picker.hide();
    if (chosen?.command !== undefined) {
      void vscode.commands.executeCommand(chosen.command, chosen.argument);
    }
  });
  picker.onDidHide(() => {
    picker.dispose();
  });
  picker.show();
  if (server.client === undefined) return;
  const uri = vscode.window.activeTextEditor?.document.uri.toString();
  const report = await server.ask<Report>("sureql.status", uri === undefined ? {} : { uri });
  picker.busy = false;
  if (report) picker.items = [...lines(report).map(choice), ...actions()];
}

function choice(line: Line): Choice {
  return { ...line, alwaysShow: true };
}

function state(server: Running): Choice[] {
  if (server.failure) {
    return [{ label: "$(error) Not running", description: "", detail: tell(server.failure).message, command: "sureql.restart" }];
  }
  return [{ label: "$(loading~spin) State", description: server.state === "running" ? "asking the server" : server.state }];
}

function actions(): Choice[] {
  const ghost = wanted("ghostText");
  const separator = { label: "", kind: vscode.QuickPickItemKind.Separator };
  return [
    separator,
    {
      label: ghost ? "$(eye-closed) Turn ghost text off" : "$(eye) Turn ghost text on",
      command: "sureql.toggleFeature",
      argument: "ghostText",
    },
    { label: "$(checklist) Features…", description: "side by side with other extensions", command: "sureql.features" },
    { label: "$(key) Set API key…", command: "sureql.setApiKey" },
    { label: "$(refresh) Load the schema again", command: "sureql.refreshSchema" },
    { label: "$(output) Show log", command: "sureql.showLog" },
    { label: "$(debug-restart) Restart the server", command: "sureql.restart" },
    { label: "$(gear) Settings", command: "sureql.openSettings", argument: "@ext:sureql.sureql" },
    ...(vscode.workspace.isTrusted
      ? []
      : [{ label: "$(shield) Restricted mode: manage trust", command: "workbench.trust.manage" }]),
  ];
}

const NAMES: Readonly<Record<(typeof FEATURES)[number], string>> = {
  ghostText: "Ghost text",
  completion: "Popup list",
  diagnostics: "Errors and warnings",
  hover: "Hover",
  codeActions: "Quick fixes and refactorings",
  format: "Formatting",
  definition: "Go to definition",
  references: "References and highlights",
  rename: "Rename",
  symbols: "Outline and symbols",
  codeLens: "Plans above statements",
  inlayHints: "Types and costs in the text",
};

/** Lets the user choose which features are wanted, in their own settings. */
export async function chooseFeatures(): Promise<void> {
  const items = FEATURES.map((feature) => ({ label: NAMES[feature], feature, picked: wanted(feature) }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: "Features of sureql",
    placeHolder: "Switch off what another extension does better for you",
    canPickMany: true,
  });
  if (!chosen) return;
  for (const feature of FEATURES) {
    const on = chosen.some((one) => one.feature === feature);
    if (on !== wanted(feature)) await setFeature(feature, on);
  }
}

export async function toggleFeature(feature: unknown): Promise<void> {
  const known = FEATURES.find((one) => one === feature);
  if (known) await setFeature(known, !wanted(known));
}

async function setFeature(feature: (typeof FEATURES)[number], on: boolean): Promise<void> {
  const section = vscode.workspace.getConfiguration("sureql.features");
  const local = section.inspect(feature)?.workspaceValue !== undefined;
  const target = local ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
  await section.update(feature, on, target);
}
