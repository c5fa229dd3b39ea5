/** The editor's settings, as they are at this moment. */

import * as vscode from "vscode";
import { type Declared, explicit } from "./explicit";
import { type Feature, withFeatures } from "./features";

interface Category {
  properties: Record<string, Declared>;
}

interface Manifest {
  contributes: { configuration: Category[] };
  capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[] } };
}

/** What the extension's own manifest declares. */
export class Declarations {
  readonly settings: Record<string, Declared>;
  readonly restricted: readonly string[];

  constructor(manifest: unknown) {
    const { contributes, capabilities } = manifest as Manifest;
    this.settings = Object.assign({}, ...contributes.configuration.map((one) => one.properties)) as Record<
      string,
      Declared
    >;
    this.restricted = capabilities.untrustedWorkspaces.restrictedConfigurations;
  }
}

export function wanted(feature: Feature): boolean {
  return vscode.workspace.getConfiguration("sureql.features").get<boolean>(feature) !== false;
}

export function hostLanguages(): string[] {
  const section = vscode.workspace.getConfiguration("sureql");
  const set = section.get<unknown>("hostLanguages");
  // What is no list was not meant to switch all of them off.
  const listed = Array.isArray(set) ? set : section.inspect<unknown[]>("hostLanguages")?.defaultValue;
  return (listed ?? []).filter((one) => typeof one === "string");
}

/** The program that the user names; a workspace has no say in it. */
export function path(): string {
  const found = vscode.workspace.getConfiguration("sureql").inspect<unknown>("path")?.globalValue;
  return typeof found === "string" ? found.trim() : "";
}

/** What the server gets for a folder, and whether the user trusts what is open. */
export function forServer(declarations: Declarations, scope?: vscode.Uri): Record<string, unknown> {
  const section = vscode.workspace.getConfiguration("sureql", scope ?? null);
  const trusted = vscode.workspace.isTrusted;
  const inspect = (key: string): ReturnType<typeof section.inspect> => section.inspect(key);
  const table = explicit(declarations.settings, inspect, trusted, declarations.restricted);
  return { ...withFeatures(table, wanted), ...trust() };
}

/** Without the editor's own protection nobody was asked: then `sureql trust` decides, as it does for
 * editors that know no trust. */
function trust(): { trusted?: boolean } {
  const asks = vscode.workspace.getConfiguration("security.workspace.trust").get<boolean>("enabled");
  if (!vscode.workspace.isTrusted) return { trusted: false };
  return asks === false ? {} : { trusted: true };
}
