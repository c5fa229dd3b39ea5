/** What the server is told of the editor's settings.
 *
 * Only what the user has set goes to it: defaults would hide what `sureql.toml` says. */

/** One setting as the editor knows it; the narrower scope wins. */
export interface Inspected {
  globalValue?: unknown;
  workspaceValue?: unknown;
  workspaceFolderValue?: unknown;
}

/** How a setting is declared in package.json. */
export interface Declared {
  scope?: string;
}

/** Sections of the settings that are for this extension alone. */
const OWN = ["path", "features", "hostLanguages", "trace"];

/** The names of declared settings that the server knows, without `sureql.`. */
export function serverKeys(declared: Readonly<Record<string, Declared>>): string[] {
  return Object.keys(declared)
    .map((name) => name.replace(/^sureql\./, ""))
    .filter((key) => !OWN.includes(key.split(".")[0] ?? ""));
}

/** The table that the server takes, by dotted key. `restricted`: keys for which only the user's own
 * value counts while the workspace is not trusted. */
export function explicit(
  declared: Readonly<Record<string, Declared>>,
  inspect: (key: string) => Inspected | undefined,
  trusted: boolean,
  restricted: readonly string[],
): Record<string, unknown> {
  const table: Record<string, unknown> = {};
  for (const key of serverKeys(declared)) {
    const name = `sureql.${key}`;
    const found = inspect(key);
    const own = declared[name]?.scope === "machine" || (!trusted && restricted.includes(name));
    const value = own
      ? found?.globalValue
      : (found?.workspaceFolderValue ?? found?.workspaceValue ?? found?.globalValue);
    if (value !== undefined && value !== null) table[key] = value;
  }
  return table;
}
