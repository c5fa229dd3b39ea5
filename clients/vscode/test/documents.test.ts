import { expect, test } from "vitest";
import { SCHEMES, selector } from "../src/documents";

test("host languages are sent only if they are wanted", () => {
  const languages = (hosts: string[]): Set<string> => new Set(selector(hosts).map((one) => one.language));
  expect(languages([])).not.toContain("python");
  expect(languages(["python", "cobol"])).toContain("python");
  expect(languages(["python", "cobol"])).not.toContain("cobol");
});

test("every language is sent from every kind of place", () => {
  const schemes = selector([]).filter((one) => one.language === "sql").map((one) => one.scheme);
  expect(schemes).toEqual([...SCHEMES]);
});
