/** The server as the rest of the extension sees it: is it there, and what does it answer? */

import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import type { Told } from "../status/texts";

/** What panels, commands and the status bar work with. */
export interface Server {
  /** The running client; undefined while there is none. */
  readonly client: LanguageClient | undefined;
  /** Fires when a server has started, also again after a restart. Register notification handlers here. */
  readonly onDidStart: vscode.Event<LanguageClient>;
  /** Fires when the server tells how it goes, such as after it has loaded a schema. */
  readonly onDidChangeStatus: vscode.Event<Told>;
  /** The answer of one of the server's own commands (`sureql.explain` ...), which take one object.
   * Starts the server when there is none. Undefined when there is no server or it failed; the user
   * has then been told. */
  ask<Answer>(
    command: string,
    argument: object,
    token?: vscode.CancellationToken,
  ): Promise<Answer | undefined>;
}
