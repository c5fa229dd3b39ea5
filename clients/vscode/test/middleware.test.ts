import { expect, test, vi } from "vitest";
import { create } from "../src/server/middleware";
import { FEATURES, type Feature } from "../src/settings/features";

const ASKED: Readonly<Record<string, Feature>> = {
  provideInlineCompletionItems: "ghostText",
  provideCompletionItem: "completion",
  provideHover: "hover",
  provideCodeActions: "codeActions",
  provideDocumentFormattingEdits: "format",
  provideDocumentRangeFormattingEdits: "format",
  provideDefinition: "definition",
  provideReferences: "references",
  provideDocumentHighlights: "references",
  prepareRename: "rename",
  provideRenameEdits: "rename",
  provideDocumentSymbols: "symbols",
  provideWorkspaceSymbols: "symbols",
  provideCodeLenses: "codeLens",
  provideInlayHints: "inlayHints",
};

type Method = (...given: unknown[]) => unknown;

function method(name: string, wanted: (feature: Feature) => boolean): Method {
  const middleware = create(wanted, () => ({})) as unknown as Record<string, Method>;
  const found = middleware[name];
  if (!found) throw new Error(`${name} is not in the middleware.`);
  return found;
}

test.each(Object.entries(ASKED))("%s is asked only if %s is wanted", (name, feature) => {
  const next = vi.fn(() => "answer");
  // The methods differ in how much they are given before the last argument.
  const given = Array.from({ length: method(name, () => true).length - 1 }, () => ({}));
  expect(method(name, (one) => one === feature)(...given, next)).toBe("answer");
  expect(next).toHaveBeenCalledTimes(1);
  expect(method(name, (one) => one !== feature)(...given, next)).toBeUndefined();
  expect(next).toHaveBeenCalledTimes(1);
});

test("every feature has its switch: errors are switched off at the server", () => {
  expect(new Set([...Object.values(ASKED), "diagnostics"])).toEqual(new Set(FEATURES));
});

test("on save nothing is asked for when neither fixes nor formatting are wanted", async () => {
  const next = vi.fn(() => Promise.resolve(["edit"]));
  const neither = method("willSaveWaitUntil", (one) => one !== "format" && one !== "codeActions");
  expect(await neither({}, next)).toEqual([]);
  expect(next).not.toHaveBeenCalled();
  expect(await method("willSaveWaitUntil", (one) => one === "format")({}, next)).toEqual(["edit"]);
});

test("each folder gets its own settings", () => {
  const middleware = create(
    () => true,
    (scope) => ({ dialect: scope ?? "none" }),
  );
  const { configuration } = middleware.workspace as unknown as { configuration: Method };
  const items = [{ section: "sureql" }, { section: "sureql", scopeUri: "file:///a" }];
  expect(configuration({ items })).toEqual([{ dialect: "none" }, { dialect: "file:///a" }]);
});
