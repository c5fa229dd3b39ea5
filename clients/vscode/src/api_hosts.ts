/** Which host a key is for, and how keys are handed over. */

const OPENAI = "api.openai.com";
const VARIABLE = "SUREQL_API_KEYS";
const USUAL: Readonly<Record<string, string>> = { "https:": "443", "http:": "80" };

/** The host of an endpoint's address as the server writes it: with its port if it isn't the usual
 * one. Undefined if that is no address. */
export function hostOf(address: string): string | undefined {
  if (address.trim() === "") return OPENAI;
  let url: URL;
  try {
    url = new URL(address.trim());
  } catch {
    return undefined;
  }
  const usual = USUAL[url.protocol];
  if (usual === undefined || url.hostname === "") return undefined;
  // The server writes IPv6 addresses without brackets.
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  return url.port === "" || url.port === usual ? host : `${host}:${url.port}`;
}

/** Keys by host, as they are stored. What can't be understood holds none. */
export function parse(stored: string | undefined): Record<string, string> {
  try {
    const found: unknown = JSON.parse(stored ?? "{}");
    if (typeof found !== "object" || found === null) return {};
    const keys = Object.entries(found).filter((entry) => typeof entry[1] === "string");
    return Object.fromEntries(keys);
  } catch {
    return {};
  }
}

/** What the server gets of them; without keys it gets none, also none that this process has. */
export function environmentOf(keys: Readonly<Record<string, string>>): Record<string, string> {
  return { [VARIABLE]: JSON.stringify(keys) };
}
