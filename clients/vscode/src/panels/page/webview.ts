/** Panels beside the text whose pages are this extension's own. */

import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { html } from "./html";

export interface Wanted {
  /** The panel's type, and the name of its script and style sheet. */
  name: "explain" | "optimise";
  title: string;
  body: string;
}

/** The types of our panels. */
export const TYPES: readonly string[] = ["sureql.explain", "sureql.optimise"];

/** A new panel beside the editor, which keeps the focus. */
export function open(context: vscode.ExtensionContext, wanted: Wanted): vscode.WebviewPanel {
  const roots = ["dist/webview", "media"].map((one) => vscode.Uri.joinPath(context.extensionUri, one));
  const panel = vscode.window.createWebviewPanel(
    `sureql.${wanted.name}`,
    wanted.title,
    { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
    { enableScripts: true, enableCommandUris: false, localResourceRoots: roots },
  );
  panel.iconPath = vscode.Uri.joinPath(context.extensionUri, "media", "icon.png");
  const { webview } = panel;
  const file = (...parts: string[]): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(context.extensionUri, ...parts)).toString();
  webview.html = html({
    title: wanted.title,
    script: file("dist", "webview", `${wanted.name}.js`),
    style: file("media", "panels.css"),
    origin: webview.cspSource,
    nonce: randomBytes(16).toString("hex"),
    body: wanted.body,
  });
  return panel;
}
