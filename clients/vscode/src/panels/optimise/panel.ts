/** Faster forms of a statement: a diff of each, with its evidence in a panel beside it. */

import { basename } from "node:path";
import * as vscode from "vscode";
import type { Server } from "../../server/server";
import type { Candidate, Optimised } from "../answers";
import { apply, CHANGED, documentOf, type Version } from "../applying";
import { applied, editsOf } from "../edits";
import { open } from "../page/webview";
import type { Previews } from "../preview";
import type { Memory } from "../resuming";
import { type Subject, subject } from "../subject";
import { Candidates } from "./candidates";
import type { FromPage, State, ToPage } from "./messages";

/** Set while the editor in front is a diff of ours: its buttons are shown then. */
const CONTEXT = "sureql.comparing";
const AGAIN = "Optimise again";

export function register(
  context: vscode.ExtensionContext,
  server: Server,
  previews: Previews,
  memory: Memory,
): void {
  let panel: OptimisePanel | undefined;
  const commands: Record<string, (argument?: unknown) => unknown> = {
    "sureql.optimize": (argument) => {
      const found = subject(argument, "optimise");
      if (!found) return;
      panel ??= new OptimisePanel(context, server, previews, memory, () => (panel = undefined));
      return panel.search(found);
    },
    "sureql.optimizeApply": () => panel?.applyShown(),
    "sureql.optimizeReject": () => panel?.rejectShown(),
    "sureql.optimizeNext": () => panel?.move(1),
    "sureql.optimizePrevious": () => panel?.move(-1),
  };
  for (const [id, run] of Object.entries(commands)) {
    context.subscriptions.push(vscode.commands.registerCommand(id, run));
  }
}

class OptimisePanel {
  private readonly panel: vscode.WebviewPanel;
  private readonly listening: vscode.Disposable[];
  private candidates = new Candidates();
  private state: State = { place: "", busy: false, message: "", entries: [], shown: undefined, stale: false };
  private made: (Subject & Version) | undefined;
  private column = vscode.ViewColumn.One;
  private diff: vscode.Uri | undefined;
  /** Diffs on their way: until they are there, what tabs say is old. */
  private opening = 0;
  private searching: vscode.CancellationTokenSource | undefined;
  /** Diffs open and close one after the other, however fast one clicks: the last click counts. */
  private turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly server: Server,
    private readonly previews: Previews,
    private readonly memory: Memory,
    private readonly closed: () => void,
  ) {
    this.panel = open(this.context, { name: "optimise", title: "Faster forms", body: BODY });
    this.memory.compares(true);
    this.listening = [
      this.panel.webview.onDidReceiveMessage((message: FromPage) => { void this.take(message); }),
      this.panel.onDidDispose(() => { this.dispose(); }),
      vscode.window.tabGroups.onDidChangeTabs(() => { this.lookAtTabs(); }),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0 && document.uri.toString() === this.made?.uri.toString()) this.outdated();
      }),
    ];
  }

  /** Looks for faster forms; the first one that is found is shown at once. */
  async search(what: Subject): Promise<void> {
    this.searching?.cancel();
    const searching = (this.searching = new vscode.CancellationTokenSource());
    await this.closeDiff();
    const document = await vscode.workspace.openTextDocument(what.uri);
    const editor = vscode.window.visibleTextEditors.find((one) => one.document === document);
    this.column = editor?.viewColumn ?? vscode.ViewColumn.One;
    this.made = { ...what, version: document.version };
    this.candidates = new Candidates();
    this.state = {
      ...this.state,
      place: `${basename(what.uri.path)}:${what.position.line + 1}`,
      busy: true, message: "", entries: [], shown: undefined, stale: false,
    };
    this.panel.reveal(undefined, true);
    this.tell();
    const answer = await this.found(what, searching);
    if (searching !== this.searching) return;
    this.searching = undefined;
    this.state.busy = false;
    if (answer) this.candidates.finish(answer.candidates);
    this.state.message = answer?.message ?? (searching.token.isCancellationRequested ? "Stopped." : "");
    this.tell();
    await this.showFirst();
  }

  /** The answer; what comes before it is shown as it comes. */
  private async found(what: Subject, searching: vscode.CancellationTokenSource): Promise<Optimised | undefined> {
    const { ProgressType } = await import("../../server/client");
    const token = `sureql-optimise-${Date.now()}`;
    const client = this.server.client;
    const listening = client?.onProgress(new ProgressType<{ candidates: Candidate[] }>(), token, (part) => {
      if (searching !== this.searching) return;
      this.candidates.add(part.candidates);
      this.tell();
      void this.showFirst();
    });
    try {
      const argument = { uri: what.uri.toString(), position: what.position, partialResultToken: token };
      return await this.server.ask<Optimised>("sureql.optimize", argument, searching.token);
    } finally {
      listening?.dispose();
    }
  }

  async move(step: 1 | -1): Promise<void> {
    const next = this.candidates.next(this.state.shown, step);
    if (next !== undefined) await this.show(next);
  }

  async applyShown(): Promise<void> {
    if (this.state.shown !== undefined) await this.apply(this.state.shown);
  }

  async rejectShown(): Promise<void> {
    if (this.state.shown !== undefined) await this.reject(this.state.shown);
  }

  private async take(message: FromPage): Promise<void> {
    switch (message.type) {
      case "ready":
        this.tell();
        break;
      case "again":
        if (this.made) await this.search(this.made);
        break;
      case "stop":
        this.searching?.cancel();
        break;
      case "diff":
        await this.show(message.id);
        break;
      case "apply":
        await this.apply(message.id);
        break;
      case "reject":
        await this.reject(message.id);
        break;
    }
  }

  private inTurn(step: () => Promise<void>): Promise<void> {
    const done = this.turn.then(step);
    this.turn = done.catch(() => undefined);
    return done;
  }

  /** The first one, unless one is shown already. */
  private showFirst(): Promise<void> {
    return this.inTurn(async () => {
      const first = this.state.shown === undefined ? this.candidates.next(undefined, 1) : undefined;
      if (first !== undefined) await this.openDiff(first);
    });
  }

  private show(id: number): Promise<void> {
    return this.inTurn(() => this.openDiff(id));
  }

  private async openDiff(id: number): Promise<void> {
    const candidate = this.candidates.get(id);
    if (!candidate?.edit || !this.made) return;
    const document = await documentOf(this.made);
    if (!document) { this.outdated(); return; }
    const text = applied(document.getText(), editsOf(candidate.edit, document.uri.toString()));
    const before = this.diff;
    const diff = (this.diff = this.previews.make(document, text));
    this.state.shown = id;
    this.tell();
    this.opening++;
    const title = `${basename(document.uri.path)}: ${candidate.title.replaceAll("`", "")}`;
    try {
      await this.previews.show(document, diff, title, this.column);
      if (before) await this.previews.close(before);
    } finally {
      this.opening--;
    }
    this.lookAtTabs();
  }

  private async apply(id: number): Promise<void> {
    const candidate = this.candidates.get(id);
    if (!candidate?.edit || !this.made) return;
    const made = this.made;
    if (!(await apply(candidate.edit, made))) {
      this.outdated();
      const chosen = await vscode.window.showWarningMessage(CHANGED, AGAIN);
      if (chosen === AGAIN) await this.search(made);
      return;
    }
    this.candidates.mark(id, "applied");
    await this.closeDiff();
    this.tell();
    await vscode.window.showTextDocument(made.uri, { viewColumn: this.column });
  }

  private async reject(id: number): Promise<void> {
    this.candidates.mark(id, "rejected");
    if (this.state.shown === id) {
      const next = this.candidates.next(id, 1);
      if (next === undefined) await this.closeDiff();
      else await this.show(next);
    }
    this.tell();
  }

  /** The text is another one: what was found may not fit any more. */
  private outdated(): void {
    if (this.state.stale) return;
    this.state.stale = true;
    this.tell();
  }

  private closeDiff(): Promise<void> {
    return this.inTurn(async () => {
      const before = this.diff;
      this.diff = undefined;
      this.state.shown = undefined;
      if (before) await this.previews.close(before);
      this.lookAtTabs();
    });
  }

  /** The diff may have been closed or hidden by hand. */
  private lookAtTabs(): void {
    const isOurs = ({ input }: vscode.Tab): boolean =>
      input instanceof vscode.TabInputTextDiff && input.modified.toString() === this.diff?.toString();
    const groups = vscode.window.tabGroups.all;
    const inFront = groups.some((group) => group.activeTab !== undefined && isOurs(group.activeTab));
    void vscode.commands.executeCommand("setContext", CONTEXT, this.diff !== undefined && inFront);
    if (this.opening === 0 && this.diff && !groups.some((group) => group.tabs.some(isOurs))) {
      this.diff = undefined;
      this.state.shown = undefined;
      this.tell();
    }
  }

  private tell(): void {
    this.state.entries = this.candidates.entries();
    const message: ToPage = { type: "state", state: this.state };
    void this.panel.webview.postMessage(message);
  }

  private dispose(): void {
    this.searching?.cancel();
    // What still comes is for nobody.
    this.searching = undefined;
    this.memory.compares(false);
    void this.closeDiff();
    for (const one of this.listening) one.dispose();
    this.closed();
  }
}

const BODY = `<header class="bar" role="toolbar" aria-label="Faster forms">
<span id="place"></span>
<span id="state" role="status" aria-live="polite"></span>
<button id="stop" type="button" title="Stop searching">Stop</button>
<button id="again" type="button" title="Search again">Search again</button>
</header>
<main id="candidates"></main>`;
