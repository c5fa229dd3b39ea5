/** What the server answers to the commands that have a panel here (docs/lsp-extensions.md). */

export interface Position {
  line: number;
  character: number;
}

export interface Range {
  start: Position;
  end: Position;
}

/** One box of a picture; `detail` may have several lines, `range` is what it stands for. */
export interface PictureNode {
  id: string;
  label: string;
  detail: string;
  kind: string;
  range?: Range;
}

export interface PictureEdge {
  from: string;
  to: string;
  label: string;
}

export interface Picture {
  kind: "data-flow" | "plan";
  title: string;
  nodes: PictureNode[];
  edges: PictureEdge[];
  text: string;
}

export interface Explanation {
  markdown: string;
  message: string;
  version?: number;
  range?: Range;
  pictures?: Picture[];
}

export interface TextEdit {
  range: Range;
  newText: string;
}

/** As much of the protocol's WorkspaceEdit as the server uses. */
export interface WorkspaceEdit {
  changes?: Record<string, TextEdit[]>;
  documentChanges?: { textDocument: { uri: string }; edits: TextEdit[] }[];
}

export interface Candidate {
  rewrite: string;
  title: string;
  sql: string;
  short: string;
  evidence: string[];
  edit: WorkspaceEdit | null;
}

export interface Optimised {
  candidates: Candidate[];
  statement: string;
  message: string;
}

export interface Generated {
  sql: string;
  message: string;
  level: string;
  conversation: { role: string; text: string }[];
  edit?: WorkspaceEdit;
}
