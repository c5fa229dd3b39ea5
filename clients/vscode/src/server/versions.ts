/** Versions of the server. */

/** The oldest server that answers everything this extension asks. */
export const MINIMUM = "0.1.0";

function parts(version: string): number[] {
  const release = /^v?(\d+(?:\.\d+)*)/.exec(version.trim())?.[1] ?? "";
  return release === "" ? [] : release.split(".").map(Number);
}

/** Whether a server of `version` will do. One that does not tell its version is none of ours. */
export function isEnough(version: string | undefined, minimum: string = MINIMUM): boolean {
  const found = parts(version ?? "");
  if (found.length === 0) return false;
  const needed = parts(minimum);
  for (let i = 0; i < Math.max(found.length, needed.length); i++) {
    const difference = (found[i] ?? 0) - (needed[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
