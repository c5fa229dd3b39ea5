/** The panels. Each module has one `register(context, server)` that makes its commands and views. */

import type * as vscode from "vscode";
import type { Server } from "../server/server";

type Part = (context: vscode.ExtensionContext, server: Server) => void;

const PARTS: readonly Part[] = [];

export function register(context: vscode.ExtensionContext, server: Server): void {
  for (const part of PARTS) part(context, server);
}
