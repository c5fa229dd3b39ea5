/** The words of the status bar and its menu. Pure: what is told comes in, what is shown goes out. */

/** What the server sends as `didChangeStatus`. */
export interface Told {
  kind: "Normal" | "Warning" | "Error" | "Inactive";
  message: string;
  busy: boolean;
}

/** What `sureql.status` answers. */
export interface Report {
  version: string;
  dialect: string;
  schema: {
    state: "none" | "loading" | "ready";
    relations: number;
    sources: string[];
    problems: { path: string; line: number; message: string }[];
    problemCount: number;
  };
  judge: string;
  model: { state: string; name?: string; host?: string; message?: string };
  spend: { tokens: number; cost: number; requests: number; dayTokens: number; dayCost: number };
  trusted: boolean | null;
  log: string;
}

export interface Shown {
  text: string;
  tooltip: string;
  severity: "none" | "warning" | "error";
}

export type ServerState = "none" | "finding" | "starting" | "running" | "failed" | "stopped";

/** The status bar item. `unread`: the file in front, if the editor keeps its text from extensions. */
export function item(
  state: ServerState,
  told: Told | undefined,
  failure: string,
  trusted: boolean,
  unread = "",
): Shown {
  const limited = trusted ? "" : "\nRestricted mode: no model and no database server is asked.";
  switch (state) {
    case "failed":
      return { text: "$(error) sureql", tooltip: failure, severity: "error" };
    case "none":
    case "stopped":
      return { text: "$(circle-slash) sureql", tooltip: "sureql is not running.", severity: "none" };
    case "finding":
    case "starting":
      return { text: "$(loading~spin) sureql", tooltip: "sureql is starting.", severity: "none" };
    case "running":
      if (unread !== "") {
        const tooltip = `${unread} is too large or not text: the editor does not show it to extensions, so nothing in it is checked.`;
        return { text: "$(circle-slash) sureql: off here", tooltip, severity: "none" };
      }
      return running(told, limited);
  }
}

function running(told: Told | undefined, limited: string): Shown {
  const message = told?.message ?? "";
  const tooltip = (message === "" ? "sureql is running." : message) + limited;
  if (told?.busy === true) return { text: "$(loading~spin) sureql", tooltip, severity: "none" };
  switch (told?.kind) {
    case "Error":
      return { text: "$(error) sureql", tooltip, severity: "error" };
    case "Warning":
      return { text: "$(warning) sureql", tooltip, severity: "warning" };
    case "Inactive":
      return { text: "$(circle-slash) sureql", tooltip, severity: "none" };
    default:
      return { text: `$(database) sureql${known(message)}`, tooltip, severity: "none" };
  }
}

/** How much of a schema is known, which the server's words begin with; so one sees it was found. */
function known(message: string): string {
  const [, number] = /^(\d+) (?:tables and views|table or view)/.exec(message) ?? [];
  return number === undefined ? "" : ` $(check) ${number} ${number === "1" ? "table" : "tables"}`;
}

/** A line of the menu: what, how it stands, and what choosing it does. */
export interface Line {
  label: string;
  description: string;
  detail?: string;
  command?: string;
  argument?: unknown;
}

/** The lines about the state. */
export function lines(report: Report): Line[] {
  return [schemaLine(report), judgeLine(report), modelLine(report), spendLine(report)];
}

function schemaLine({ schema, dialect }: Report): Line {
  const count = `${schema.relations} ${schema.relations === 1 ? "table or view" : "tables and views"}`;
  const described = {
    none: "none found: names are not checked",
    loading: "being loaded",
    ready: [count, dialect].filter((one) => one !== "").join(" · "),
  }[schema.state];
  const [first] = schema.problems;
  if (first) {
    const more = schema.problemCount > 1 ? ` (${schema.problemCount - 1} more)` : "";
    const place = first.path === "" ? "" : `${first.path.split(/[/\\]/).pop() ?? ""}:${first.line + 1}: `;
    return {
      label: "$(warning) Schema",
      description: described,
      detail: `${place}${first.message}${more}`,
      command: first.path === "" ? "sureql.refreshSchema" : "sureql.openPlace",
      argument: { path: first.path, line: first.line },
    };
  }
  const sources = schema.sources.slice(0, 3).join(", ");
  const rest = schema.sources.length > 3 ? `, and ${schema.sources.length - 3} more` : "";
  const detail = sources === "" ? {} : { detail: `from ${sources}${rest}` };
  return { label: "$(database) Schema", description: described, ...detail, command: "sureql.refreshSchema" };
}

function judgeLine({ judge }: Report): Line {
  return {
    label: "$(law) Judge",
    description: judge === "" ? "not needed yet" : judge,
    command: "sureql.openSettings",
    argument: "sureql.judge",
  };
}

function modelLine({ model }: Report): Line {
  const where = [model.name, model.host].filter((one) => one !== undefined && one !== "").join(" at ");
  const described: Readonly<Record<string, string>> = {
    none: "none named: nothing leaves this machine",
    off: `${where} (switched off)`,
    untrusted: `${where} (not asked: this folder is not trusted)`,
    withheld: `${where} (not asked about this file, or not ready yet)`,
    normal: where,
  };
  const message = model.message ?? "";
  return {
    label: ["error", "warning"].includes(model.state) ? "$(warning) Model" : "$(sparkle) Model",
    description: described[model.state] ?? where,
    ...(message === "" ? {} : { detail: message }),
    command: "sureql.openSettings",
    argument: "sureql.model",
  };
}

function spendLine({ spend }: Report): Line {
  const tokens = spend.tokens.toLocaleString("en");
  const limit = spend.dayTokens > 0 ? ` of ${spend.dayTokens.toLocaleString("en")}` : "";
  const cost = spend.cost > 0 ? ` · ${spend.cost.toFixed(2)} in money` : "";
  const requests = `${spend.requests} ${spend.requests === 1 ? "request" : "requests"}`;
  return {
    label: "$(graph) Spent today",
    description: spend.requests === 0 ? "nothing" : `${tokens}${limit} tokens${cost} · ${requests}`,
    command: "sureql.openSettings",
    argument: "sureql.budget",
  };
}
