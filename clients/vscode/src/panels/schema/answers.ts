/** What `sureql.schema` answers. */

export interface Location {
  uri: string;
  line: number;
}

export interface Problem {
  message: string;
  location: Location | null;
}

export interface Source {
  name: string;
  status: "ok" | "warning" | "error";
  uri: string;
  problems: Problem[];
}

export interface Schema {
  name: string;
  relations: number;
  default: boolean;
}

export interface Column {
  name: string;
  insert: string;
  type: string;
  nullable: boolean;
  key: "primary" | "foreign" | "unique" | "";
  references: string;
  default: string;
  comment: string;
  location: Location | null;
}

export interface Relation {
  schema: string;
  name: string;
  kind: string;
  insert: string;
  columns: number;
  complete: boolean;
  comment: string;
  rows: number | null;
  location: Location | null;
  found: Column[];
}

export interface Top {
  version: string;
  dialect?: string;
  loading: boolean;
  sources: Source[];
  schemas: Schema[];
  message: string;
}

export interface Page {
  version: string;
  relations: Relation[];
  next: number | null;
}

export interface Columns {
  version: string;
  columns: Column[];
}
