/** Asking the user for a key, and for which endpoint it is. */

import * as vscode from "vscode";
import { hostOf } from "./api_hosts";
import type { ApiKeys } from "./api_keys";

/** Asks for an endpoint and its key. */
export async function set(keys: ApiKeys): Promise<void> {
  // A workspace's value would choose where the key goes.
  const named = vscode.workspace.getConfiguration("sureql").inspect<string>("model.base_url")?.globalValue;
  const address = await vscode.window.showInputBox({
    title: "API key: which endpoint is it for?",
    prompt: "The key is sent to this host and to no other.",
    value: named ?? "https://api.openai.com/v1",
    ignoreFocusOut: true,
    validateInput: (value) => (hostOf(value) === undefined ? "This is no address, such as https://api.openai.com/v1" : undefined),
  });
  const host = address === undefined ? undefined : hostOf(address);
  if (host === undefined) return;
  const key = await vscode.window.showInputBox({
    title: `API key for ${host}`,
    prompt: "It is kept in the editor's secret storage, and in no setting.",
    password: true,
    ignoreFocusOut: true,
    validateInput: (value) => (value.trim() === "" ? "The key is empty." : undefined),
  });
  if (key === undefined) return;
  await keys.set(host, key.trim());
  const model = vscode.workspace.getConfiguration("sureql").get<string>("model.name") ?? "";
  if (model !== "") {
    void vscode.window.showInformationMessage(`The key for ${host} is kept. The server restarts with it.`);
    return;
  }
  const name = "Name a Model";
  const chosen = await vscode.window.showInformationMessage(
    `The key for ${host} is kept. A model is asked only once you have named one.`,
    name,
  );
  if (chosen === name) {
    await vscode.commands.executeCommand("workbench.action.openSettings", "sureql.model.name");
  }
}

/** Asks which key to forget. */
export async function remove(keys: ApiKeys): Promise<void> {
  const hosts = await keys.hosts();
  if (hosts.length === 0) {
    void vscode.window.showInformationMessage("There is no key that this extension keeps.");
    return;
  }
  const host = await vscode.window.showQuickPick(hosts, { title: "Remove the API key for which endpoint?" });
  if (host === undefined) return;
  await keys.remove(host);
  void vscode.window.showInformationMessage(`The key for ${host} is removed. The server restarts without it.`);
}
