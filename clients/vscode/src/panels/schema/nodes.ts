/** The tree of the schema view as values; the editor's items are made of them. */

import type { Column, Location, Problem, Relation, Schema, Source, Top } from "./answers";

export type Node =
  | { kind: "sources"; sources: Source[] }
  | { kind: "source"; source: Source }
  | { kind: "problem"; problem: Problem }
  | { kind: "schema"; schema: Schema }
  | { kind: "relation"; relation: Relation }
  | { kind: "column"; column: Column; relation: Relation }
  /** Stands for the relations that are not fetched yet. */
  | { kind: "more"; schema: string; from: number };

export interface Look {
  id: string;
  label: string;
  description: string;
  icon: string;
  /** The colour of the icon, '' for the usual one. */
  colour: string;
  /** Lines of the tooltip, in plain text. */
  tooltip: string[];
  children: "none" | "closed" | "open";
  /** What `when` clauses of menus go by. */
  context: string;
}

/** What stands at the top: schemas, or the tables themselves where there is only one schema. */
export function top(found: Top): { nodes: Node[]; only: string | undefined } {
  const sources: Node[] = found.sources.length > 0 ? [{ kind: "sources", sources: found.sources }] : [];
  const [first, ...rest] = found.schemas;
  if (first && rest.length === 0) return { nodes: sources, only: first.name };
  const schemas = found.schemas.map((schema): Node => ({ kind: "schema", schema }));
  if (schemas.length === 0 && !found.sources.some((one) => one.status !== "ok")) return { nodes: [], only: undefined };
  return { nodes: [...sources, ...schemas], only: undefined };
}

export function look(node: Node): Look {
  switch (node.kind) {
    case "sources":
      return sourcesLook(node.sources);
    case "source":
      return sourceLook(node.source);
    case "problem":
      return plain(`problem ${node.problem.message}`, node.problem.message, "warning", { context: context("problem", node.problem.location) });
    case "schema": {
      const { name, relations, default: usual } = node.schema;
      const description = count(relations, "table or view", "tables and views");
      return plain(`schema ${name}`, name, "symbol-namespace", { description, children: usual ? "open" : "closed", context: "schema" });
    }
    case "relation":
      return relationLook(node.relation);
    case "column":
      return columnLook(node.column, node.relation);
    case "more":
      return plain(`more ${node.schema}`, "Show more…", "ellipsis", { context: "more" });
  }
}

/** Where a node is defined. */
export function locationOf(node: Node): Location | undefined {
  switch (node.kind) {
    case "relation":
      return node.relation.location ?? undefined;
    case "column":
      return node.column.location ?? node.relation.location ?? undefined;
    case "problem":
      return node.problem.location ?? undefined;
    case "source":
      return node.source.uri ? { uri: node.source.uri, line: 0 } : undefined;
    default:
      return undefined;
  }
}

/** The name as it must be written in a statement. */
export function insertOf(node: Node): string | undefined {
  if (node.kind === "relation") return node.relation.insert;
  return node.kind === "column" ? node.column.insert : undefined;
}

function sourcesLook(sources: Source[]): Look {
  const broken = sources.filter((one) => one.status !== "ok").length;
  const description = broken > 0 ? `${broken} of ${sources.length} with problems` : String(sources.length);
  return plain("sources", "Sources", broken > 0 ? "warning" : "database", {
    description,
    colour: broken > 0 ? "list.warningForeground" : "",
    children: "closed",
    context: "sources",
  });
}

function sourceLook(source: Source): Look {
  const icons = { ok: "pass", warning: "warning", error: "error" };
  const colours = { ok: "testing.iconPassed", warning: "list.warningForeground", error: "list.errorForeground" };
  const number = source.problems.length;
  return plain(`source ${source.name}`, source.name, icons[source.status], {
    colour: colours[source.status],
    description: number > 0 ? count(number, "problem") : "",
    tooltip: [source.name, ...source.problems.map((one) => one.message)],
    children: number > 0 ? "closed" : "none",
    context: source.uri ? "source.located" : "source",
  });
}

const RELATIONS: Readonly<Record<string, string>> = {
  table: "table",
  view: "eye",
  "materialized view": "eye",
  "virtual table": "search",
  "foreign table": "link",
  "temporary table": "clock",
};

function relationLook(one: Relation): Look {
  const rows = one.rows === null ? [] : [`about ${count(one.rows, "row")}`];
  const kind = one.kind === "table" ? [] : [one.kind];
  return plain(`relation ${one.schema}.${one.name}`, one.name, RELATIONS[one.kind] ?? "table", {
    description: [...kind, flat(one.comment)].filter(Boolean).join(" · "),
    tooltip: [
      `${one.schema ? `${one.schema}.` : ""}${one.name}`,
      [one.kind, count(one.columns, "column"), ...rows].join(", "),
      ...(one.complete ? [] : ["There may be columns that are not known."]),
      ...(one.comment ? [one.comment] : []),
    ],
    children: one.found.length > 0 ? "open" : "closed",
    context: context("relation", one.location),
  });
}

function columnLook(one: Column, relation: Relation): Look {
  const icons = { primary: "key", foreign: "link", unique: "symbol-field", "": "symbol-field" };
  const leads = one.references ? `→ ${one.references}` : "";
  return plain(`column ${relation.schema}.${relation.name}.${one.name}`, one.name, icons[one.key], {
    description: [one.type, leads, one.nullable ? "" : "not null", flat(one.comment)].filter(Boolean).join(" · "),
    colour: one.key === "primary" ? "charts.yellow" : "",
    tooltip: [
      `${relation.name}.${one.name}`,
      `${one.type || "type unknown"}${one.nullable ? ", may be NULL" : ", never NULL"}`,
      ...(one.key ? [{ primary: "primary key", foreign: "foreign key", unique: "unique" }[one.key] + (leads ? ` ${leads}` : "")] : []),
      ...(one.default ? [`default ${one.default}`] : []),
      ...(one.comment ? [one.comment] : []),
    ],
    context: context("column", one.location ?? relation.location),
  });
}

function plain(id: string, label: string, icon: string, more: Partial<Look> = {}): Look {
  return { id, label, icon, description: "", colour: "", tooltip: [label], children: "none", context: "", ...more };
}

function context(kind: string, location: Location | null): string {
  return location ? `${kind}.located` : kind;
}

function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number.toLocaleString("en")} ${number === 1 ? noun : plural}`;
}

function flat(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
