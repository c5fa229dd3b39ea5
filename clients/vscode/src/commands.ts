/** The commands that are not a panel's. */

import * as vscode from "vscode";
import type { ApiKeys } from "./api_keys";
import { isOurs } from "./focus";
import { Pages } from "./pages";
import type { Running } from "./server/running";

export function register(context: vscode.ExtensionContext, server: Running, keys: ApiKeys): void {
  const pages = new Pages();
  pages.register(context);
  const commands: Record<string, (argument?: unknown) => unknown> = {
    "sureql.restart": () => server.restart(),
    "sureql.showLog": () => showLog(server),
    "sureql.trace": () => trace(server),
    "sureql.refreshSchema": () => refreshSchema(server),
    "sureql.showPrompt": () => showPrompt(server, pages),
    "sureql.fixAll": () => fixAll(),
    "sureql.menu": async () => (await import("./status/menu")).show(server),
    "sureql.features": async () => (await import("./status/menu")).chooseFeatures(),
    "sureql.toggleFeature": async (feature) => (await import("./status/menu")).toggleFeature(feature),
    "sureql.setApiKey": async () => (await import("./api_key_input")).set(keys),
    "sureql.removeApiKey": async () => (await import("./api_key_input")).remove(keys),
    "sureql.openSample": async () => (await import("./sample")).open(context),
    "sureql.openPlace": openPlace,
    "sureql.openSettings": (query) =>
      vscode.commands.executeCommand("workbench.action.openSettings", query ?? "@ext:sureql.sureql"),
  };
  for (const [id, run] of Object.entries(commands)) {
    context.subscriptions.push(vscode.commands.registerCommand(id, run));
  }
}

async function showLog(server: Running): Promise<void> {
  server.output.show(true);
  if (server.client === undefined) return;
  const log = await server.ask<string>("sureql.showLog", {});
  if (log !== undefined) server.output.append(`\n--- the server's log ---\n${log}---\n`);
}

async function trace(server: Running): Promise<void> {
  const { Trace } = await import("./server/client");
  const items = [
    { label: "Off", trace: Trace.Off },
    { label: "Messages", description: "names and times", trace: Trace.Messages },
    { label: "Everything", description: "with contents, also of your files", trace: Trace.Verbose },
  ];
  const chosen = await vscode.window.showQuickPick(items, { title: "What of the server's messages goes to the log?" });
  if (!chosen) return;
  const client = await server.start();
  await client?.setTrace(chosen.trace);
  client?.traceOutputChannel.show(true);
}

async function refreshSchema(server: Running): Promise<void> {
  const location = vscode.ProgressLocation.Window;
  await vscode.window.withProgress({ location, title: "Loading the schema" }, () =>
    server.ask("sureql.refreshSchema", {}),
  );
}

async function showPrompt(server: Running, pages: Pages): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!editor || !isOurs(editor.document)) {
    void vscode.window.showInformationMessage("Put the cursor into SQL first: the prompt is for its place.");
    return;
  }
  const { line, character } = editor.selection.active;
  const place = { uri: editor.document.uri.toString(), position: { line, character } };
  const text = await server.ask<string>("sureql.showPrompt", place);
  if (text !== undefined) await pages.show("What a model would be sent.md", text);
}

async function fixAll(): Promise<void> {
  const argument = { kind: "source.fixAll.sureql", apply: "first" };
  await vscode.commands.executeCommand("editor.action.sourceAction", argument);
}

async function openPlace(place: unknown): Promise<void> {
  const { path, line } = place as { path: string; line: number };
  const at = new vscode.Range(line, 0, line, 0);
  await vscode.window.showTextDocument(vscode.Uri.file(path), { selection: at });
}
