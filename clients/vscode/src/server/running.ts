/** Keeps one server running for the whole window. */

import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import type { Server } from "./server";

export class Running implements Server, vscode.Disposable {
  client: LanguageClient | undefined;
  private readonly started = new vscode.EventEmitter<LanguageClient>();
  readonly onDidStart = this.started.event;
  private starting: Promise<LanguageClient | undefined> | undefined;

  start(): Promise<LanguageClient | undefined> {
    return (this.starting ??= this.begin());
  }

  async ask<Answer>(
    command: string,
    argument: object,
    token?: vscode.CancellationToken,
  ): Promise<Answer | undefined> {
    const client = await this.start();
    if (!client) return undefined;
    const params = { command, arguments: [argument] };
    return client.sendRequest<Answer>("workspace/executeCommand", params, token);
  }

  async stop(): Promise<void> {
    this.starting = undefined;
    const client = this.client;
    this.client = undefined;
    await client?.dispose();
  }

  dispose(): void {
    void this.stop();
    this.started.dispose();
  }

  private async begin(): Promise<LanguageClient | undefined> {
    const { create } = await import("./client");
    const path = vscode.workspace.getConfiguration("sureql").get<string>("path") ?? "";
    const client = create(path || "sureql", ["lsp"], []);
    await client.start();
    this.client = client;
    this.started.fire(client);
    return client;
  }
}
