/** The panels. What they show is loaded when it is first asked for; a view, when it is first seen. */

import type * as vscode from "vscode";
import type { Server } from "../server/server";
import * as explain from "./explain/panel";
import * as generate from "./generate/dialogue";
import * as optimise from "./optimise/panel";
import * as plan from "./plan";
import { Previews } from "./preview";
import { clear, Memory } from "./resuming";
import * as schema from "./schema/view";

export function register(context: vscode.ExtensionContext, server: Server): void {
  const previews = new Previews();
  context.subscriptions.push(previews);
  const memory = new Memory(context.workspaceState);
  const cleared = clear(memory);
  explain.register(context, server, memory, cleared);
  generate.register(context, server, previews);
  optimise.register(context, server, previews, memory);
  plan.register(context, server);
  schema.register(context, server);
}
