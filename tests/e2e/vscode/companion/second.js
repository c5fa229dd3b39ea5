// A second extension's part in every feature, and what VS Code makes of all parts together.
"use strict";

const SECOND = "second";

function action(vscode) {
  return new vscode.CodeAction(SECOND, vscode.CodeActionKind.QuickFix);
}

// One provider per feature, as another SQL extension would have them.
function register(vscode, selector) {
  const { languages } = vscode;
  const far = (document) => new vscode.Location(document.uri, new vscode.Position(90, 0));
  const range = new vscode.Range(0, 0, 0, 1);
  const found = languages.createDiagnosticCollection(SECOND);
  const problem = (document) => {
    const one = new vscode.Diagnostic(range, SECOND);
    one.code = SECOND;
    found.set(document.uri, [one]);
  };
  vscode.workspace.textDocuments.filter((one) => one.languageId === "sql").forEach(problem);
  const made = [
    found,
    vscode.workspace.onDidOpenTextDocument(problem),
    languages.registerCompletionItemProvider(selector, {
      provideCompletionItems: () => [new vscode.CompletionItem(SECOND)],
    }),
    languages.registerHoverProvider(selector, { provideHover: () => new vscode.Hover(SECOND) }),
    languages.registerCodeActionsProvider(selector, { provideCodeActions: () => [action(vscode)] }),
    languages.registerDefinitionProvider(selector, { provideDefinition: far }),
    languages.registerReferenceProvider(selector, { provideReferences: (document) => [far(document)] }),
    languages.registerDocumentSymbolProvider(selector, {
      provideDocumentSymbols: () => [
        new vscode.DocumentSymbol(SECOND, "", vscode.SymbolKind.Object, range, range),
      ],
    }),
    languages.registerInlineCompletionItemProvider(selector, {
      provideInlineCompletionItems: (_document, position) => [
        new vscode.InlineCompletionItem(` ${SECOND}`, new vscode.Range(position, position)),
      ],
    }),
  ];
  return { dispose: () => made.forEach((one) => one.dispose()) };
}

// By feature, what VS Code shows at a place: words of all providers.
async function asked(vscode, uri, position) {
  const ask = (name, ...given) => vscode.commands.executeCommand(`vscode.${name}`, uri, ...given);
  const lines = (places) => places.map((one) => String((one.range ?? one.targetRange).start.line));
  const hovers = await ask("executeHoverProvider", position);
  const items = await ask("executeCompletionItemProvider", position);
  const range = new vscode.Range(position, position);
  return {
    completion: items.items.map((one) => one.label.label ?? one.label),
    hover: hovers.flatMap((one) => one.contents.map((text) => text.value)),
    codeActions: (await ask("executeCodeActionProvider", range)).map((one) => one.title),
    definition: lines(await ask("executeDefinitionProvider", position)),
    references: lines(await ask("executeReferenceProvider", position)),
    symbols: ((await ask("executeDocumentSymbolProvider")) ?? []).map((one) => one.name),
    diagnostics: vscode.languages.getDiagnostics(uri).map((one) => String(one.code?.value ?? one.code)),
  };
}

module.exports = { register, asked };
