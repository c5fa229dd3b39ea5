/** The language client. Imported only when a server is about to start: it is most of the bundle. */

import * as client from "vscode-languageclient/node";
import type * as vscode from "vscode";
import { selector } from "../documents";
import { messageStrategy } from "../notices";

/** A client that leaves the server's commands to us, each of which has an interface of its own here,
 * and telling the user what is wrong: it would speak of connections. */
class Client extends client.LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }

  override registerFeature(feature: client.StaticFeature | client.DynamicFeature<unknown>): void {
    const method = "registrationType" in feature ? feature.registrationType.method : "";
    if (method !== client.ExecuteCommandRequest.method) super.registerFeature(feature);
  }
}

/** Values of the library for those who need it only once there is a client. */
export const { ProgressType, State, Trace } = client;

export interface Start {
  command: string;
  /** Where the server runs: never in a workspace, whose files it could mistake for its own. */
  cwd: string;
  env: Readonly<Record<string, string>>;
  hosts: readonly string[];
  settings: Record<string, unknown>;
  middleware: client.Middleware;
  output: vscode.LogOutputChannel;
  /** The server has ended by itself: resolves to true when it may be started again. */
  ended: () => Promise<boolean>;
}

/** A client for one way of starting the server; `start()` it, `dispose()` it to end. */
export function create(start: Start): client.LanguageClient {
  const executable: client.Executable = {
    command: start.command,
    args: ["lsp"],
    options: { cwd: start.cwd, env: start.env },
  };
  return new Client("sureql", "sureql", executable, {
    documentSelector: selector(start.hosts),
    initializationOptions: { sureql: start.settings },
    middleware: start.middleware,
    outputChannel: start.output,
    connectionOptions: { messageStrategy },
    revealOutputChannelOn: client.RevealOutputChannelOn.Never,
    initializationFailedHandler: () => false,
    errorHandler: {
      error: () => ({ action: client.ErrorAction.Continue, handled: true }),
      closed: async () => ({
        action: (await start.ended()) ? client.CloseAction.Restart : client.CloseAction.DoNotRestart,
        handled: true,
      }),
    },
  });
}
