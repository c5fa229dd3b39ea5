import { expect, test } from "vitest";
import { environmentOf, hostOf, parse } from "../src/api_hosts";

test("a key is for a host, with its port if that is unusual", () => {
  expect(hostOf("")).toBe("api.openai.com");
  expect(hostOf("https://api.openai.com/v1")).toBe("api.openai.com");
  expect(hostOf("https://LLM.example:443/v1")).toBe("llm.example");
  expect(hostOf("http://localhost:8080/v1")).toBe("localhost:8080");
  expect(hostOf("http://[::1]:8080/v1")).toBe("::1:8080");
  expect(hostOf("https://user@evil.example/api.openai.com")).toBe("evil.example");
  for (const text of ["api.openai.com", "file:///etc/passwd", "javascript:1", "https://"]) {
    expect(hostOf(text)).toBeUndefined();
  }
});

test("what was stored is read again, and damage holds no key", () => {
  expect(parse('{"a": "k", "b": 1}')).toEqual({ a: "k" });
  for (const text of [undefined, "", "x", "[", "null", "1"]) expect(parse(text)).toEqual({});
});

test("the server gets the keys in one variable, also when there are none", () => {
  expect(environmentOf({ a: "k" })).toEqual({ SUREQL_API_KEYS: '{"a":"k"}' });
  expect(environmentOf({})).toEqual({ SUREQL_API_KEYS: "{}" });
});
