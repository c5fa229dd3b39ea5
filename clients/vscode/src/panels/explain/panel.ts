/** The panel that explains the statement at the cursor, in words and pictures. */

import { basename } from "node:path";
import * as vscode from "vscode";
import { isOurs } from "../../focus";
import type { Server } from "../../server/server";
import type { Explanation, Range } from "../answers";
import { open } from "../page/webview";
import type { Memory } from "../resuming";
import { at, reveal, type Subject, subject, toRange } from "../subject";
import type { FromPage, State, ToPage } from "./messages";

const SETTLED = 350;
const EDITED = 900;

/** `sureql.explain`, and `sureql.plan` where it is asked for beside the text. */
export function register(
  context: vscode.ExtensionContext,
  server: Server,
  memory: Memory,
  cleared: Promise<void>,
): void {
  let panel: ExplainPanel | undefined;
  const shown = (): ExplainPanel =>
    (panel ??= new ExplainPanel(context, server, memory, () => (panel = undefined)));
  const resume = async (): Promise<void> => {
    const last = memory.explained();
    await cleared;
    if (!last || panel) return;
    // The server explains only what is open.
    const document = await vscode.workspace.openTextDocument(last.uri);
    if (isOurs(document)) shown().explain(last, last.plan);
  };
  const explain = (argument?: unknown): void => {
    const found = subject(argument, "explain");
    if (!found) return;
    shown().explain(found, (argument as { plan?: unknown } | undefined)?.plan === true);
  };
  resume().catch(() => { memory.explains(undefined); });
  context.subscriptions.push(
    vscode.commands.registerCommand("sureql.explain", explain),
    vscode.commands.registerCommand("sureql.explainPin", () => panel?.togglePin()),
    vscode.commands.registerCommand("sureql.explainPlan", () => panel?.togglePlan()),
  );
}

class ExplainPanel {
  private readonly panel: vscode.WebviewPanel;
  private readonly listening: vscode.Disposable[];
  private state: State = { shown: undefined, place: "", busy: false, pinned: false, plan: false, stale: false };
  private current: (Subject & { explained?: Range; version?: number }) | undefined;
  private asking: vscode.CancellationTokenSource | undefined;
  private waiting: NodeJS.Timeout | undefined;

  constructor(
    context: vscode.ExtensionContext,
    private readonly server: Server,
    private readonly memory: Memory,
    private readonly closed: () => void,
  ) {
    this.panel = open(context, { name: "explain", title: "Explanation", body: BODY });
    this.listening = [
      this.panel.webview.onDidReceiveMessage((message: FromPage) => { this.take(message); }),
      this.panel.onDidChangeViewState(() => { this.follow(vscode.window.activeTextEditor, 0); }),
      this.panel.onDidDispose(() => { this.dispose(); }),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => { this.follow(textEditor, SETTLED); }),
      vscode.window.onDidChangeActiveTextEditor((editor) => { this.follow(editor, SETTLED); }),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.edited(document);
      }),
      vscode.workspace.onDidRenameFiles(({ files }) => {
        for (const { oldUri, newUri } of files) {
          if (this.current?.uri.toString() === oldUri.toString()) this.current.uri = newUri;
        }
      }),
    ];
  }

  /** Explains another statement, also when the panel is pinned: it was asked for. */
  explain(what: Subject, plan: boolean): void {
    this.panel.reveal(undefined, true);
    if (plan) this.state.plan = true;
    void this.ask(what);
  }

  togglePin(): void {
    this.state.pinned = !this.state.pinned;
    this.tell();
    this.follow(vscode.window.activeTextEditor, 0);
  }

  togglePlan(): void {
    this.state.plan = !this.state.plan;
    if (this.current) void this.ask(this.current);
  }

  private take(message: FromPage): void {
    switch (message.type) {
      case "ready":
        this.tell();
        break;
      case "pin":
        if (message.on !== this.state.pinned) this.togglePin();
        break;
      case "plan":
        if (message.on !== this.state.plan) this.togglePlan();
        break;
      case "refresh":
        if (this.current) void this.ask(this.current);
        break;
      case "reveal": {
        const node = this.state.shown?.pictures[message.picture]?.nodes.find(({ id }) => id === message.node);
        if (node?.range && this.current) void reveal(this.current.uri, node.range);
        break;
      }
    }
  }

  /** The cursor has moved: explain what it is in now, unless that is what is shown. */
  private follow(editor: vscode.TextEditor | undefined, pause: number): void {
    if (!editor || this.state.pinned || !this.panel.visible || !isOurs(editor.document)) return;
    if (this.isShown(editor)) return;
    this.later(pause, () => {
      if (this.isShown(editor) || editor.document.isClosed) return;
      void this.ask(at(editor));
    });
  }

  private isShown(editor: vscode.TextEditor): boolean {
    const now = this.current;
    return (
      now?.explained !== undefined &&
      now.uri.toString() === editor.document.uri.toString() &&
      now.version === editor.document.version &&
      // A part that was selected stays until the cursor leaves it.
      toRange(now.explained).contains(editor.selection.active)
    );
  }

  private edited(document: vscode.TextDocument): void {
    if (this.current?.uri.toString() !== document.uri.toString()) return;
    if (!this.state.stale) {
      this.state.stale = true;
      this.tell();
    }
    if (!this.state.pinned) this.follow(vscode.window.activeTextEditor, EDITED);
  }

  private later(pause: number, run: () => void): void {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(run, pause);
  }

  private async ask(what: Subject): Promise<void> {
    clearTimeout(this.waiting);
    this.asking?.cancel();
    const asking = (this.asking = new vscode.CancellationTokenSource());
    this.state.busy = true;
    this.tell();
    this.memory.explains({ ...what, plan: this.state.plan });
    const version = versionOf(what.uri);
    const place = what.range ? { range: what.range } : { position: what.position };
    const argument = { uri: what.uri.toString(), ...place, plan: this.state.plan };
    const answer = await this.server.ask<Explanation>("sureql.explain", argument, asking.token);
    if (asking !== this.asking) return;
    this.asking = undefined;
    this.state.busy = false;
    if (answer) {
      const { markdown, message, pictures = [], range } = answer;
      this.current = { ...what, version: answer.version ?? version, ...(range && { explained: range }) };
      this.state.shown = { markdown, message, pictures };
      this.state.place = placeOf(what, range);
      this.state.stale = versionOf(what.uri) !== this.current.version;
    } else {
      this.state.shown ??= { markdown: "", message: "There is no answer: see the log of sureql.", pictures: [] };
    }
    this.tell();
  }

  private tell(): void {
    const message: ToPage = { type: "state", state: this.state };
    void this.panel.webview.postMessage(message);
  }

  private dispose(): void {
    clearTimeout(this.waiting);
    this.asking?.cancel();
    // What still comes is for nobody.
    this.asking = undefined;
    this.memory.explains(undefined);
    for (const one of this.listening) one.dispose();
    this.closed();
  }
}

function versionOf(uri: vscode.Uri): number {
  const found = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri.toString());
  return found?.version ?? -1;
}

function placeOf(what: Subject, range: Range | undefined): string {
  const line = (range?.start ?? what.position).line + 1;
  return `${basename(what.uri.path)}:${line}`;
}

const BODY = `<header class="bar" role="toolbar" aria-label="Explanation">
<span id="place"></span>
<span id="state" role="status" aria-live="polite"></span>
<button id="pin" type="button" aria-pressed="false" title="Stay with this statement when the cursor moves">Pin</button>
<button id="plan" type="button" aria-pressed="false" title="Ask the engine how it would run the statement; it is not run">With plan</button>
<button id="refresh" type="button" title="Explain it again">Refresh</button>
</header>
<main id="explanation" tabindex="-1"></main>`;
