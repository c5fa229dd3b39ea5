import { expect, test } from "vitest";
import { item, lines, type Report } from "../src/status/texts";

const REPORT: Report = {
  version: "0.1.0",
  dialect: "postgres",
  schema: { state: "ready", relations: 13, sources: ["a.sql", "b.sql", "c.sql", "d.sql"], problems: [], problemCount: 0 },
  judge: "PostgreSQL judges",
  model: { state: "none", name: "" },
  spend: { tokens: 0, cost: 0, requests: 0, dayTokens: 5_000_000, dayCost: 0 },
  trusted: true,
  log: "/x",
};

function told(report: Partial<Report>): string {
  return lines({ ...REPORT, ...report })
    .map((line) => [line.label, line.description, line.detail ?? ""].join(" | "))
    .join("\n");
}

test("the item follows the server, and what it says", () => {
  expect(item("starting", undefined, "", true).text).toContain("loading");
  expect(item("failed", undefined, "No Python.", true)).toMatchObject({ tooltip: "No Python.", severity: "error" });
  const normal = { kind: "Normal" as const, message: "13 tables", busy: false };
  expect(item("running", normal, "", true)).toMatchObject({ tooltip: "13 tables", severity: "none" });
  const ready = { ...normal, message: "13 tables and views · sqlite · SQLite judges" };
  expect(item("running", ready, "", true)).toMatchObject({ text: "$(database) sureql $(check) 13 tables", tooltip: ready.message });
  const one = { ...normal, message: "1 table or view · sqlite" };
  expect(item("running", one, "", true).text).toBe("$(database) sureql $(check) 1 table");
  expect(item("running", { ...ready, message: "No schema found: names are not checked." }, "", true).text).toBe("$(database) sureql");
  expect(item("running", { ...normal, busy: true }, "", true).text).toContain("spin");
  expect(item("running", { ...normal, kind: "Warning" }, "", true).severity).toBe("warning");
  expect(item("running", { ...normal, kind: "Error" }, "", true).severity).toBe("error");
  expect(item("running", normal, "", false).tooltip).toContain("Restricted mode");
  expect(item("running", normal, "", true, "dump.sql")).toMatchObject({ text: "$(circle-slash) sureql: off here" });
  expect(item("running", normal, "", true, "dump.sql").tooltip).toMatch(/^dump\.sql is too large or not text/);
  expect(item("failed", undefined, "No Python.", true, "dump.sql").tooltip).toBe("No Python.");
});

test("the menu tells of the schema, the judge, the model and the money", () => {
  expect(told({})).toBe(
    [
      "$(database) Schema | 13 tables and views · postgres | from a.sql, b.sql, c.sql, and 1 more",
      "$(law) Judge | PostgreSQL judges | ",
      "$(sparkle) Model | none named: nothing leaves this machine | ",
      "$(graph) Spent today | nothing | ",
    ].join("\n"),
  );
});

test("what is wrong with the schema leads to its place", () => {
  const problems = [{ path: "/w/db/a.sql", line: 4, message: "This does not parse." }];
  const [schema] = lines({ ...REPORT, schema: { ...REPORT.schema, problems, problemCount: 3 } });
  expect(schema).toMatchObject({
    detail: "a.sql:5: This does not parse. (2 more)",
    command: "sureql.openPlace",
    argument: { path: "/w/db/a.sql", line: 4 },
  });
});

test("a model and what it has cost", () => {
  const model = { state: "error", name: "m", host: "llm.example", message: "The key is wrong." };
  const spend = { tokens: 12_345, cost: 0.5, requests: 1, dayTokens: 5_000_000, dayCost: 0 };
  expect(told({ model, spend })).toContain("$(warning) Model | m at llm.example | The key is wrong.");
  expect(told({ model, spend })).toContain("12,345 of 5,000,000 tokens · 0.50 in money · 1 request");
  expect(told({ model: { state: "untrusted", name: "m" } })).toContain("not asked: this folder is not trusted");
});
