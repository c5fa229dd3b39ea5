/** Which of the server's features are wanted: others may come from other extensions. */

export const FEATURES = [
  "ghostText",
  "completion",
  "diagnostics",
  "hover",
  "codeActions",
  "format",
  "definition",
  "references",
  "rename",
  "symbols",
  "codeLens",
  "inlayHints",
] as const;

export type Feature = (typeof FEATURES)[number];
export type Wanted = (feature: Feature) => boolean;

/** The table for the server without what is switched off here. Errors are the one feature that the
 * server sends unasked, so it must know. */
export function withFeatures(
  table: Readonly<Record<string, unknown>>,
  wanted: Wanted,
): Record<string, unknown> {
  return wanted("diagnostics") ? { ...table } : { ...table, "diagnostics.enabled": false };
}
