import { describe, expect, test } from "vitest";
import type { Column, Relation, Top } from "../../src/panels/schema/answers";
import { insertOf, locationOf, look, top } from "../../src/panels/schema/nodes";

const TOP: Top = { version: "1", dialect: "postgres", loading: false, sources: [], schemas: [], message: "" };
const RELATION: Relation = {
  schema: "public", name: "Order Lines", kind: "view", insert: '"Order Lines"', columns: 3, complete: false,
  comment: "what was\nordered", rows: 1200, location: { uri: "file:///s.sql", line: 4 }, found: [],
};
const COLUMN: Column = {
  name: "user", insert: '"user"', type: "INT", nullable: false, key: "foreign", references: "users.id",
  default: "7", comment: "", location: null,
};

describe("the top", () => {
  test("of one schema are its tables", () => {
    const schemas = [{ name: "main", relations: 2, default: true }];
    expect(top({ ...TOP, schemas })).toEqual({ nodes: [], only: "main" });
  });

  test("of several are the schemas, the usual one open", () => {
    const schemas = [{ name: "public", relations: 1, default: true }, { name: "old", relations: 2000, default: false }];
    const looks = top({ ...TOP, schemas }).nodes.map(look);
    expect(looks.map((one) => [one.label, one.description, one.children])).toEqual([
      ["public", "1 table or view", "open"],
      ["old", "2,000 tables and views", "closed"],
    ]);
  });

  test("is empty without a schema, so that the welcome says what to do", () => {
    const sources = [{ name: "a.sql", status: "ok" as const, uri: "", problems: [] }];
    expect(top(TOP).nodes).toEqual([]);
    expect(top({ ...TOP, sources }).nodes).toEqual([]);
  });

  test("shows what is wrong even if nothing else is there", () => {
    const problems = [{ message: "cannot be read", location: null }];
    const { nodes } = top({ ...TOP, sources: [{ name: "a.db", status: "error", uri: "", problems }] });
    expect(nodes.map(look)).toMatchObject([{ label: "Sources", description: "1 of 1 with problems", icon: "warning" }]);
  });
});

describe("names", () => {
  test("are written as the server says", () => {
    expect(insertOf({ kind: "relation", relation: RELATION })).toBe('"Order Lines"');
    expect(insertOf({ kind: "column", column: COLUMN, relation: RELATION })).toBe('"user"');
    expect(insertOf({ kind: "problem", problem: { message: "", location: null } })).toBeUndefined();
  });

  test("lead to where they are defined, a column at least to its table", () => {
    expect(locationOf({ kind: "column", column: COLUMN, relation: RELATION })).toEqual({ uri: "file:///s.sql", line: 4 });
  });

  test("say what they are", () => {
    const relation = look({ kind: "relation", relation: RELATION });
    expect(relation).toMatchObject({ description: "view · what was ordered", context: "relation.located", children: "closed" });
    expect(relation.tooltip).toContain("view, 3 columns, about 1,200 rows");
    expect(relation.tooltip).toContain("There may be columns that are not known.");
    const column = look({ kind: "column", column: COLUMN, relation: RELATION });
    expect(column.description).toBe("INT · → users.id · not null");
    expect(column.tooltip).toEqual(["Order Lines.user", "INT, never NULL", "foreign key → users.id", "default 7"]);
  });
});
