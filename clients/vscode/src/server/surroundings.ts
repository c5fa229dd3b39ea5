/** The variables that a server runs with. */

type Variables = Readonly<Record<string, string | undefined>>;

/** What says where Python looks for modules: of no use to an environment that brings its own. */
const ELSEWHERE = ["PYTHONHOME", "PYTHONPATH"];

/** Those of this process, as in a terminal, and `given`; `own`: for the extension's own environment. */
export function surroundings(ours: Variables, given: Variables, own: boolean): Record<string, string> {
  const all = Object.entries({ ...ours, ...given });
  return Object.fromEntries(
    all.filter((one): one is [string, string] => one[1] !== undefined && !(own && ELSEWHERE.includes(one[0]))),
  );
}
