import { expect, test } from "vitest";
import { surroundings } from "../src/server/surroundings";

const OURS = { PATH: "/bin", HOME: "/home/a", HTTPS_PROXY: "http://proxy", SUREQL_API_KEYS: "old", PYTHONPATH: "/lib", NONE: undefined };

test("a server has what programs in a terminal have, and the keys", () => {
  expect(surroundings(OURS, { SUREQL_API_KEYS: "{}" }, false)).toEqual({
    PATH: "/bin",
    HOME: "/home/a",
    HTTPS_PROXY: "http://proxy",
    SUREQL_API_KEYS: "{}",
    PYTHONPATH: "/lib",
  });
});

test("the extension's own environment has its own modules", () => {
  expect(surroundings(OURS, {}, true)).not.toHaveProperty("PYTHONPATH");
});
