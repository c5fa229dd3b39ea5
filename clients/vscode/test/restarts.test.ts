import { expect, test } from "vitest";
import { MOST, Restarts, WITHIN } from "../src/server/restarts";
import { isEnough } from "../src/server/versions";

test("five times it is started again, each time later, then no more", () => {
  const restarts = new Restarts();
  const pauses = Array.from({ length: MOST }, (_, i) => restarts.pause(i * 1000));
  expect(pauses).not.toContain(undefined);
  expect(pauses).toEqual([...pauses].sort((one, other) => (one ?? 0) - (other ?? 0)));
  expect(restarts.pause(10_000)).toBeUndefined();
  restarts.reset();
  expect(restarts.pause(11_000)).toBe(0);
});

test("what was long ago does not count", () => {
  const restarts = new Restarts();
  for (let i = 0; i < 20; i++) expect(restarts.pause(i * (WITHIN / 4))).toBeDefined();
});

test("versions are compared by their numbers", () => {
  expect(isEnough("0.10.0", "0.9.1")).toBe(true);
  expect(isEnough("0.9", "0.9.1")).toBe(false);
  expect(isEnough("1.0.0rc1", "1.0")).toBe(true);
  expect(isEnough("1.0.0", "1.0")).toBe(true);
  expect(isEnough("", "0.1")).toBe(false);
  expect(isEnough(undefined, "0.1")).toBe(false);
});
