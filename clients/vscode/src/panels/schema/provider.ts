/** Fetches the tree of the schema view from the server, in parts and only what is looked at. */

import * as vscode from "vscode";
import type { Server } from "../../server/server";
import type { Columns, Page, Relation, Top } from "./answers";
import { look, type Node, top } from "./nodes";

export class SchemaTree implements vscode.TreeDataProvider<Node> {
  private readonly changed = new vscode.EventEmitter<Node | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  /** What the top says to the user: what is missing, or what is searched for. */
  readonly onDidTell = new vscode.EventEmitter<string>();
  private pages = new Map<string, Relation[]>();
  private next = new Map<string, number>();
  private version: string | undefined;
  private only: string | undefined;
  private text = "";

  constructor(private readonly server: Server) {}

  get search(): string {
    return this.text;
  }

  set search(text: string) {
    if (text === this.text) return;
    this.text = text;
    this.changed.fire(undefined);
  }

  /** Shows the tree anew; nothing that was fetched is kept. */
  refresh(): void {
    this.pages = new Map();
    this.next = new Map();
    this.version = undefined;
    this.changed.fire(undefined);
  }

  /** Shows the tree anew if the server's schema is another one by now. */
  async look(): Promise<void> {
    const found = await this.ask<Top>({});
    if (!found || found.loading || found.version === this.version) return;
    this.refresh();
  }

  async more(node: Node): Promise<void> {
    if (node.kind !== "more") return;
    await this.fetch(node.schema, node.from);
    this.changed.fire(undefined);
  }

  getTreeItem(node: Node): vscode.TreeItem {
    const { id, label, description, icon, colour, tooltip, children, context } = look(node);
    const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(label, { none: None, closed: Collapsed, open: Expanded }[children]);
    item.id = this.text ? `search ${id}` : id;
    item.description = description;
    item.iconPath = new vscode.ThemeIcon(icon, colour ? new vscode.ThemeColor(colour) : undefined);
    // Comments of a schema are anybody's texts: they are shown as they are, never as Markdown.
    item.tooltip = tooltip.join("\n");
    item.contextValue = context;
    item.accessibilityInformation = { label: [label, description].filter(Boolean).join(", ") };
    if (node.kind === "more") {
      item.command = { command: "sureql.schemaMore", title: label, arguments: [node] };
    }
    return item;
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (!node) return this.text ? this.searched() : this.start();
    switch (node.kind) {
      case "sources":
        return node.sources.map((source) => ({ kind: "source", source }));
      case "source":
        return node.source.problems.map((problem) => ({ kind: "problem", problem }));
      case "schema":
        return this.relations(node.schema.name);
      case "relation":
        return this.columns(node.relation);
      default:
        return [];
    }
  }

  private async start(): Promise<Node[]> {
    const found = await this.ask<Top>({});
    if (!found) return [];
    this.version = found.loading ? undefined : found.version;
    const { nodes, only } = top(found);
    this.only = only;
    this.onDidTell.fire(found.loading ? "Loading the schema…" : "");
    return only === undefined ? nodes : [...nodes, ...(await this.relations(only))];
  }

  private async searched(): Promise<Node[]> {
    const text = this.text;
    const found = await this.ask<Page>({ search: text });
    if (text !== this.text) return [];
    const number = found?.relations.length ?? 0;
    const more = found?.next == null ? "" : "the first ";
    this.onDidTell.fire(number ? `“${text}”: ${more}${number}` : `Nothing is called “${text}”.`);
    return (found?.relations ?? []).map((relation) => ({ kind: "relation", relation }));
  }

  private async relations(schema: string): Promise<Node[]> {
    if (!this.pages.has(schema)) await this.fetch(schema, 0);
    const nodes = (this.pages.get(schema) ?? []).map((relation): Node => ({ kind: "relation", relation }));
    const from = this.next.get(schema);
    return from === undefined ? nodes : [...nodes, { kind: "more", schema, from }];
  }

  private async fetch(schema: string, from: number): Promise<void> {
    const found = await this.ask<Page>({ schema, from });
    if (!found) return;
    const before = from > 0 ? (this.pages.get(schema) ?? []) : [];
    this.pages.set(schema, [...before, ...found.relations]);
    if (found.next === null) this.next.delete(schema);
    else this.next.set(schema, found.next);
  }

  private async columns(relation: Relation): Promise<Node[]> {
    if (relation.found.length > 0) return relation.found.map((column) => ({ kind: "column", column, relation }));
    const found = await this.ask<Columns>({ schema: relation.schema || this.only, relation: relation.name });
    return (found?.columns ?? []).map((column) => ({ kind: "column", column, relation }));
  }

  private ask<Answer>(argument: object): Promise<Answer | undefined> {
    const uri = vscode.window.activeTextEditor?.document.uri.toString();
    return this.server.ask<Answer>("sureql.schema", uri === undefined ? argument : { uri, ...argument });
  }
}
