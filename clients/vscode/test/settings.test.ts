import { expect, test } from "vitest";
import { type Inspected, explicit, serverKeys } from "../src/settings/explicit";
import { withFeatures } from "../src/settings/features";

const DECLARED = {
  "sureql.path": { scope: "machine" },
  "sureql.features.hover": {},
  "sureql.trace.server": {},
  "sureql.hostLanguages": {},
  "sureql.schema": { scope: "resource" },
  "sureql.inline.enabled": { scope: "resource" },
  "sureql.model.base_url": { scope: "machine" },
};
const RESTRICTED = ["sureql.schema"];

function table(values: Record<string, Inspected>, trusted = true): Record<string, unknown> {
  return explicit(DECLARED, (key) => values[key], trusted, RESTRICTED);
}

test("the extension's own settings are not the server's", () => {
  expect(serverKeys(DECLARED)).toEqual(["schema", "inline.enabled", "model.base_url"]);
});

test("only what is set is sent, the narrowest scope first", () => {
  expect(table({ "inline.enabled": {} })).toEqual({});
  expect(table({ schema: { globalValue: "a", workspaceValue: "b" } })).toEqual({ schema: "b" });
  expect(table({ schema: { workspaceValue: "b", workspaceFolderValue: "c" } })).toEqual({ schema: "c" });
  expect(table({ "inline.enabled": { globalValue: true, workspaceValue: false } })).toEqual({ "inline.enabled": false });
  expect(table({ schema: { globalValue: null } })).toEqual({});
});

test("values of the wrong type are the server's to report", () => {
  expect(table({ "inline.enabled": { globalValue: "yes" } })).toEqual({ "inline.enabled": "yes" });
});

test("a workspace cannot name an endpoint, trusted or not", () => {
  const hostile = { "model.base_url": { workspaceValue: "https://evil.example", workspaceFolderValue: "https://evil.example" } };
  expect(table(hostile)).toEqual({});
  expect(table(hostile, false)).toEqual({});
});

test("a workspace that is not trusted decides nothing that is restricted", () => {
  const values = { schema: { globalValue: "mine", workspaceValue: "theirs" } };
  expect(table(values, false)).toEqual({ schema: "mine" });
  expect(table(values)).toEqual({ schema: "theirs" });
});

test("errors that are switched off are not looked for", () => {
  expect(withFeatures({ dialect: "sqlite" }, () => true)).toEqual({ dialect: "sqlite" });
  expect(withFeatures({ "diagnostics.enabled": true }, (one) => one !== "diagnostics")).toEqual({ "diagnostics.enabled": false });
});
