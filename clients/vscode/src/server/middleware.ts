/** What stands between the editor and the server: switches, and settings as the server takes them. */

import type { ConfigurationParams, Middleware } from "vscode-languageclient/node";
import type { Feature, Wanted } from "../settings/features";

type Settings = (scope: string | undefined) => Record<string, unknown>;

/** Asks the server only for what is `wanted`, which may change at any time. */
export function create(wanted: Wanted, settings: Settings): Middleware {
  const unless = <Answer>(feature: Feature, ask: () => Answer): Answer | undefined =>
    wanted(feature) ? ask() : undefined;
  return {
    provideInlineCompletionItems: (document, position, context, token, next) =>
      unless("ghostText", () => next(document, position, context, token)),
    provideCompletionItem: (document, position, context, token, next) =>
      unless("completion", () => next(document, position, context, token)),
    provideHover: (document, position, token, next) =>
      unless("hover", () => next(document, position, token)),
    provideCodeActions: (document, range, context, token, next) =>
      unless("codeActions", () => next(document, range, context, token)),
    provideDocumentFormattingEdits: (document, options, token, next) =>
      unless("format", () => next(document, options, token)),
    provideDocumentRangeFormattingEdits: (document, range, options, token, next) =>
      unless("format", () => next(document, range, options, token)),
    willSaveWaitUntil: (event, next) =>
      wanted("format") || wanted("codeActions") ? next(event) : Promise.resolve([]),
    provideDefinition: (document, position, token, next) =>
      unless("definition", () => next(document, position, token)),
    provideReferences: (document, position, options, token, next) =>
      unless("references", () => next(document, position, options, token)),
    provideDocumentHighlights: (document, position, token, next) =>
      unless("references", () => next(document, position, token)),
    prepareRename: (document, position, token, next) =>
      unless("rename", () => next(document, position, token)),
    provideRenameEdits: (document, position, name, token, next) =>
      unless("rename", () => next(document, position, name, token)),
    provideDocumentSymbols: (document, token, next) =>
      unless("symbols", () => next(document, token)),
    provideWorkspaceSymbols: (query, token, next) => unless("symbols", () => next(query, token)),
    provideCodeLenses: (document, token, next) => unless("codeLens", () => next(document, token)),
    provideInlayHints: (document, range, token, next) =>
      unless("inlayHints", () => next(document, range, token)),
    workspace: {
      configuration: (params: ConfigurationParams) =>
        params.items.map((item) => settings(item.scopeUri)),
    },
  };
}
