/** Keeps one server running for the whole window. */

import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import type { ApiKeys } from "../api_keys";
import { type Failure, LABELS, type Remedy, tell, venvCommand } from "../finding/failures";
import type { Found } from "../finding/search";
import { type Declarations, forServer, hostLanguages, wanted } from "../settings/read";
import { plain } from "../notices";
import { Restarts } from "./restarts";
import type { Told } from "../status/texts";
import { create as between } from "./middleware";
import type { Server } from "./server";
import { surroundings } from "./surroundings";
import { isEnough, MINIMUM } from "./versions";

export type State = "none" | "finding" | "starting" | "running" | "failed" | "stopped";
export type Locate = (own: boolean, signal: AbortSignal) => Promise<{ found: Found } | { failure: Failure }>;

const PYTHON = "https://www.python.org/downloads/";

export class Running implements Server, vscode.Disposable {
  client: LanguageClient | undefined;
  state: State = "none";
  /** What runs, for people. */
  found: Found | undefined;
  version = "";
  failure: Failure | undefined;

  private readonly started = new vscode.EventEmitter<LanguageClient>();
  private readonly changed = new vscode.EventEmitter<State>();
  private readonly restarts = new Restarts();
  private starting: Promise<LanguageClient | undefined> | undefined;
  /** Counts starts: what an older one still does is of no interest. */
  private turn = 0;
  /** Ends the search, and an installation that it has begun. */
  private searching = new AbortController();
  /** The user has asked for the extension's own server, whatever else is there. */
  private own = false;
  private readonly told = new vscode.EventEmitter<Told>();
  readonly onDidStart = this.started.event;
  readonly onDidChangeStatus = this.told.event;
  readonly onDidChangeState = this.changed.event;

  constructor(
    private readonly locate: Locate,
    private readonly declarations: Declarations,
    private readonly keys: ApiKeys,
    private readonly cwd: string,
    readonly output: vscode.LogOutputChannel,
  ) {}

  start(): Promise<LanguageClient | undefined> {
    return (this.starting ??= this.begin(++this.turn));
  }

  async restart(): Promise<void> {
    await this.stop();
    this.restarts.reset();
    await this.start();
  }

  async ask<Answer>(
    command: string,
    argument: object,
    token?: vscode.CancellationToken,
  ): Promise<Answer | undefined> {
    const client = await this.start();
    if (!client) {
      if (this.failure) void this.show(this.failure);
      return undefined;
    }
    try {
      const params = { command, arguments: [argument] };
      // An argument that is there counts, also if it is undefined.
      const cancelled = token ? [token] : [];
      return await client.sendRequest<Answer>("workspace/executeCommand", params, ...cancelled);
    } catch (error) {
      if (token?.isCancellationRequested !== true) {
        this.output.error(`${command}: ${String(error)}`);
        void this.offerLog(`sureql could not answer: ${error instanceof Error ? error.message : String(error)}`);
      }
      return undefined;
    }
  }

  async stop(): Promise<void> {
    this.turn++;
    this.searching.abort();
    this.starting = undefined;
    const client = this.client;
    this.client = undefined;
    this.become("stopped");
    if (client) await this.end(client);
  }

  /** Lets the server read the settings again, and whether the workspace is trusted. */
  async configure(): Promise<void> {
    await this.client?.sendNotification("workspace/didChangeConfiguration", { settings: null });
  }

  dispose(): void {
    void this.stop();
    this.started.dispose();
    this.changed.dispose();
    this.told.dispose();
  }

  private async begin(turn: number): Promise<LanguageClient | undefined> {
    this.failure = undefined;
    this.become("finding");
    this.searching = new AbortController();
    const place = await this.locate(this.own, this.searching.signal);
    if (turn !== this.turn) return undefined;
    if ("failure" in place) {
      this.fail(place.failure);
      return undefined;
    }
    this.found = place.found;
    this.become("starting");
    const { command } = place.found;
    this.output.info(`Starting ${command} (${place.found.origin}).`);
    const client = await this.make(command, turn);
    try {
      await client.start();
    } catch (error) {
      if (turn !== this.turn) return undefined;
      void this.end(client);
      const detail = error instanceof Error ? error.message : String(error);
      this.fail({ kind: "start", path: command, detail });
      return undefined;
    }
    if (turn !== this.turn) {
      void this.end(client);
      return undefined;
    }
    this.version = client.initializeResult?.serverInfo?.version ?? "";
    if (!isEnough(this.version)) {
      void this.end(client);
      this.fail({ kind: "version", path: command, version: this.version, minimum: MINIMUM });
      return undefined;
    }
    this.client = client;
    this.become("running");
    this.started.fire(client);
    return client;
  }

  private async make(command: string, turn: number): Promise<LanguageClient> {
    const { create, State: ClientState } = await import("./client");
    const settings = (scope: string | undefined): Record<string, unknown> =>
      forServer(this.declarations, scope === undefined ? undefined : vscode.Uri.parse(scope));
    const client = create({
      command,
      cwd: this.cwd,
      env: surroundings(process.env, await this.keys.environment(), this.found?.origin === "own"),
      hosts: hostLanguages(),
      settings: settings(undefined),
      middleware: between(wanted, settings),
      output: this.output,
      ended: () => this.ended(turn),
    });
    // A client keeps one handler for each notification.
    client.onNotification("didChangeStatus", (told: Told) => {
      if (turn === this.turn) this.told.fire(told);
    });
    client.onDidChangeState(({ newState }) => {
      // The client starts a server again by itself; those who listen to it must hear of that.
      if (turn !== this.turn || this.client !== client) return;
      if (newState === ClientState.Running) {
        this.become("running");
        this.started.fire(client);
      } else if (newState === ClientState.Starting) this.become("starting");
    });
    return client;
  }

  /** The server has ended by itself. */
  private async ended(turn: number): Promise<boolean> {
    if (turn !== this.turn || this.client === undefined) return false;
    const pause = this.restarts.pause(Date.now());
    if (pause === undefined) {
      this.client = undefined;
      this.fail({ kind: "crashes" });
      return false;
    }
    this.output.warn(`The server has ended by itself; it is started again in ${pause / 1000} s.`);
    this.become("starting");
    await new Promise((resolve) => setTimeout(resolve, pause));
    return turn === this.turn;
  }

  /** Ends a server; one that does not say goodbye in time is killed by the client. */
  private async end(client: LanguageClient): Promise<void> {
    try {
      await client.dispose();
    } catch (error) {
      this.output.debug(`Stopping: ${String(error)}`);
    }
  }

  private fail(failure: Failure): void {
    this.failure = failure;
    this.output.error(tell(failure).message);
    this.become("failed");
    void this.show(failure);
  }

  private become(state: State): void {
    this.state = state;
    this.changed.fire(state);
  }

  private async offerLog(message: string): Promise<void> {
    const chosen = await vscode.window.showWarningMessage(plain(message), LABELS.log);
    if (chosen === LABELS.log) this.output.show();
  }

  private async show(failure: Failure): Promise<void> {
    const { message, remedies } = tell(failure);
    const chosen = await vscode.window.showErrorMessage(plain(message), ...remedies.map((one) => LABELS[one]));
    const remedy = remedies.find((one) => LABELS[one] === chosen);
    if (remedy) await this.mend(remedy, failure);
  }

  private async mend(remedy: Remedy, failure: Failure): Promise<void> {
    switch (remedy) {
      case "log":
        this.output.show();
        break;
      case "settings":
        await vscode.commands.executeCommand("workbench.action.openSettings", "sureql.path");
        break;
      case "python":
        await vscode.env.openExternal(vscode.Uri.parse(PYTHON));
        break;
      case "copy-venv":
        if (failure.kind === "no-venv") {
          await vscode.env.clipboard.writeText(venvCommand(failure.version));
        }
        break;
      case "own":
        this.own = true;
        await this.restart();
        break;
      case "retry":
      case "restart":
        await this.restart();
        break;
    }
  }
}
