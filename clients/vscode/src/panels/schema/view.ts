/** The schema view: sources, tables and columns, with a search and what can be done with a name. */

import * as vscode from "vscode";
import { isOurs } from "../../focus";
import type { Server } from "../../server/server";
import { insert } from "./insert";
import { insertOf, locationOf, type Node } from "./nodes";
import { SchemaTree } from "./provider";

const SEARCHING = "sureql.schemaSearching";
const TYPED = 250;
const SETTLED = 400;

export function register(context: vscode.ExtensionContext, server: Server): void {
  const tree = new SchemaTree(server);
  const view = vscode.window.createTreeView<Node>("sureql.schema", { treeDataProvider: tree, showCollapseAll: true });
  let waiting: NodeJS.Timeout | undefined;
  const look = (): void => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { if (view.visible) void tree.look(); }, SETTLED);
  };
  const search = (text: string): void => {
    tree.search = text;
    if (!text) view.message = "";
    void vscode.commands.executeCommand("setContext", SEARCHING, text !== "");
  };
  const commands: Record<string, (node?: Node) => unknown> = {
    "sureql.schemaSearch": () => { ask(tree.search, search); },
    "sureql.schemaClearSearch": () => { search(""); },
    "sureql.schemaInsert": async (node = view.selection[0]) => {
      const name = node && insertOf(node);
      if (name !== undefined) await insert(server, name);
    },
    "sureql.schemaCopy": (node = view.selection[0]) => copy(node),
    "sureql.schemaDefinition": (node = view.selection[0]) => define(node),
    "sureql.schemaMore": (node) => node && tree.more(node),
    "sureql.schemaRefresh": async () => {
      await vscode.commands.executeCommand("sureql.refreshSchema");
      tree.refresh();
    },
  };
  for (const [id, run] of Object.entries(commands)) {
    context.subscriptions.push(vscode.commands.registerCommand(id, run));
  }
  context.subscriptions.push(
    view,
    tree.onDidTell.event((message) => { view.message = message; }),
    view.onDidChangeVisibility(look),
    // Another file may belong to another schema.
    vscode.window.onDidChangeActiveTextEditor((editor) => { if (editor && isOurs(editor.document)) look(); }),
    server.onDidChangeStatus(look),
    server.onDidStart(() => {
      tree.refresh();
    }),
    new vscode.Disposable(() => { clearTimeout(waiting); }),
  );
}

/** The box for the search; the tree follows what is typed. */
function ask(before: string, search: (text: string) => void): void {
  const box = vscode.window.createInputBox();
  let waiting: NodeJS.Timeout | undefined;
  box.title = "Search the schema";
  box.placeholder = "a table, a column, or table.column";
  box.value = before;
  box.onDidChangeValue((text) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { search(text.trim()); }, TYPED);
  });
  box.onDidAccept(() => {
    clearTimeout(waiting);
    search(box.value.trim());
    box.hide();
  });
  box.onDidHide(() => { box.dispose(); });
  box.show();
}

async function copy(node: Node | undefined): Promise<void> {
  const text = node && insertOf(node);
  if (text !== undefined) await vscode.env.clipboard.writeText(text);
}

async function define(node: Node | undefined): Promise<void> {
  const place = node && locationOf(node);
  if (!place) return;
  const at = new vscode.Range(place.line, 0, place.line, 0);
  await vscode.commands.executeCommand("vscode.open", vscode.Uri.parse(place.uri), { selection: at });
}
