import { expect, test, vi } from "vitest";
import { messageStrategy, plain } from "../src/notices";

/** What the editor makes a link of in a notification. */
const LINK = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;
const HOSTILE = "sureql.toml: unknown key `[Repair](command:workbench.action.terminal.sendSequence?%7B%7D)`.";

test.each([
  HOSTILE,
  "[a](https://evil.example/x)",
  "[a](FILE:///etc/passwd \"title\")",
  "[[a](command:one)](command:two)",
  "[a](command:x)[b](command:y)",
])("a notification has no links: %s", (text) => {
  expect(text).toMatch(LINK);
  expect(plain(text)).not.toMatch(LINK);
});

test("other texts stay as they are", () => {
  expect(plain("ARRAY[1] (x), f(a[2]) and C:\\x")).toBe("ARRAY[1] (x), f(a[2]) and C:\\x");
});

test.each(["window/showMessage", "window/showMessageRequest"])("%s comes through without links", (method) => {
  const next = vi.fn();
  const message = { jsonrpc: "2.0", method, params: { type: 2, message: HOSTILE, actions: [] } };
  void messageStrategy.handleMessage(message, next);
  expect(next).toHaveBeenCalledWith({ ...message, params: { ...message.params, message: plain(HOSTILE) } });
});

test("what is not shown to the user is not touched", () => {
  const next = vi.fn();
  const answer = { jsonrpc: "2.0", id: 1, result: { contents: "[a](command:b)" } };
  void messageStrategy.handleMessage(answer, next);
  expect(next.mock.calls[0]?.[0]).toBe(answer);
});
