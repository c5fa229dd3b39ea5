const WORDS: Readonly<Record<string, string>> = {
  judged: "the real engine accepts it",
  resolved: "every name stands in the schema",
  known: "every name is known",
  prefix: "it is a valid beginning",
  "no-worse": "it brings in no error",
};

/** What has been checked of a statement, for people. */
export function checked(level: string): string {
  return WORDS[level] ?? "";
}
