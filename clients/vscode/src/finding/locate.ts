/** Finds the server, or makes an environment with one. */

import * as path from "node:path";
import * as vscode from "vscode";
import { path as settingOfPath } from "../settings/read";
import type { Failure } from "./failures";
import { machine } from "./machine";
import { type Found, type Machine, outside, search } from "./search";

interface PythonExtension {
  environments?: {
    getActiveEnvironmentPath(scope?: vscode.Uri): { path: string };
    resolveEnvironment(path: { path: string }): Promise<{ executable: { uri?: vscode.Uri } } | undefined>;
  };
}

export interface Homes {
  storage: string;
  wheels: string;
  output: vscode.LogOutputChannel;
}

/** A server; `own`: the extension's own, whatever else there is. Nothing is installed any more once
 * `signal` is aborted. */
export async function locate(homes: Homes, own: boolean, signal: AbortSignal): Promise<{ found: Found } | { failure: Failure }> {
  const folders = (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath);
  const trusted = vscode.workspace.isTrusted;
  const python = await selectedPython();
  const environment = await import("./environment");
  const places = {
    setting: settingOfPath(),
    python,
    own: environment.ready(homes.storage, homes.wheels, machine.platform),
    folders,
    trusted,
  };
  const result = own ? { none: true as const } : search(places, machine);
  if ("found" in result) return result;
  if ("missing" in result) return { failure: { kind: "missing-setting", path: result.missing } };
  if (places.own !== "") return { found: { command: places.own, origin: "own" } };
  // Neither Python nor uv comes from a folder that is not trusted.
  const safe = trusted ? machine : outside(folders, machine);
  return make(homes, safe.isFile(python) ? python : "", safe, signal);
}

async function make(
  homes: Homes,
  selected: string,
  safe: Machine,
  signal: AbortSignal,
): Promise<{ found: Found } | { failure: Failure }> {
  const { make: install } = await import("./environment");
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: "sureql",
    cancellable: true,
  };
  const made = await vscode.window.withProgress(options, (progress, token) => {
    const stop = new AbortController();
    token.onCancellationRequested(() => {
      stop.abort();
    });
    return install({
      storage: homes.storage,
      wheels: homes.wheels,
      selected,
      machine: safe,
      signal: AbortSignal.any([stop.signal, signal]),
      report: (message) => {
        progress.report({ message });
      },
      log: (text) => {
        homes.output.append(text);
      },
    });
  });
  return "failure" in made ? made : { found: { command: made.command, origin: "own" } };
}

/** The interpreter that is selected with the Python extension, "" without it. */
async function selectedPython(): Promise<string> {
  const extension = vscode.extensions.getExtension<PythonExtension>("ms-python.python");
  if (extension === undefined) return "";
  try {
    // It may take long to activate, and need never do so for somebody who writes SQL.
    const api = extension.isActive ? extension.exports : await soon(extension.activate());
    const { environments } = api ?? {};
    if (environments === undefined) return "";
    const active = environments.getActiveEnvironmentPath(vscode.workspace.workspaceFolders?.[0]?.uri);
    const known = await soon(environments.resolveEnvironment(active));
    const file = known?.executable.uri?.fsPath ?? active.path;
    return path.isAbsolute(file) ? file : "";
  } catch {
    return "";
  }
}

const PATIENCE = 3_000;

function soon<T>(answer: PromiseLike<T>): Promise<T | undefined> {
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, PATIENCE, undefined));
  return Promise.race([answer, late]);
}
