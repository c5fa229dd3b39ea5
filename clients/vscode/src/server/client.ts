/** The language client. Imported only when a server is about to start: it is most of the bundle. */

import * as client from "vscode-languageclient/node";
import { selector } from "../documents";

/** A client that leaves the server's commands to us: each has an interface of its own here. */
class Client extends client.LanguageClient {
  override registerFeature(feature: client.StaticFeature | client.DynamicFeature<unknown>): void {
    const method = "registrationType" in feature ? feature.registrationType.method : "";
    if (method !== client.ExecuteCommandRequest.method) super.registerFeature(feature);
  }
}

export function create(command: string, args: readonly string[], hosts: readonly string[]): client.LanguageClient {
  const executable: client.Executable = {
    command,
    args: [...args],
    transport: client.TransportKind.stdio,
  };
  return new Client("sureql", "sureql", executable, {
    documentSelector: selector(hosts),
  });
}
