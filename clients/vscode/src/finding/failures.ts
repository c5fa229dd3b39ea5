/** Why there is no server, in words, and what the user can do. */

export type Failure =
  | { kind: "missing-setting"; path: string }
  | { kind: "no-python" }
  | { kind: "old-python"; version: string }
  | { kind: "no-venv"; version: string }
  | { kind: "offline" }
  | { kind: "read-only"; folder: string }
  | { kind: "full"; folder: string }
  | { kind: "install"; detail: string }
  | { kind: "cancelled" }
  | { kind: "version"; path: string; version: string; minimum: string }
  | { kind: "start"; path: string; detail: string }
  | { kind: "crashes" };

export type Remedy =
  | "retry"
  | "settings"
  | "log"
  | "python"
  | "copy-venv"
  | "own"
  | "restart";

export const LABELS: Readonly<Record<Remedy, string>> = {
  retry: "Try Again",
  settings: "Open Settings",
  log: "Show Log",
  python: "Get Python",
  "copy-venv": "Copy Command",
  own: "Use the Extension's Own",
  restart: "Restart",
};

/** The command that "Copy Command" copies. */
export function venvCommand(version: string): string {
  return `sudo apt install python${version}-venv`;
}

export interface Told {
  message: string;
  remedies: readonly Remedy[];
}

export function tell(failure: Failure): Told {
  switch (failure.kind) {
    case "missing-setting":
      return {
        message: `There is no program at "${failure.path}", which the setting sureql.path names. Give the whole path of sureql, or leave it empty.`,
        remedies: ["settings", "retry"],
      };
    case "no-python":
      return {
        message: "sureql needs Python 3.11 or later, and none was found. Install it, then try again.",
        remedies: ["python", "retry", "settings"],
      };
    case "old-python":
      return {
        message: `sureql needs Python 3.11 or later; the newest one found is ${failure.version}. Install a newer one, then try again.`,
        remedies: ["python", "retry", "settings"],
      };
    case "no-venv":
      return {
        message: `Python ${failure.version} lacks its venv module. On Debian and Ubuntu, run: ${venvCommand(failure.version)}`,
        remedies: ["copy-venv", "retry", "settings"],
      };
    case "offline":
      return {
        message: "sureql could not be installed: the Python package index can't be reached. Go online and try again, or install sureql yourself and name it in sureql.path.",
        remedies: ["retry", "settings", "log"],
      };
    case "read-only":
      return {
        message: `sureql could not be installed: ${failure.folder} can't be written to. Make it writable, or install sureql elsewhere and name it in sureql.path.`,
        remedies: ["retry", "settings", "log"],
      };
    case "full":
      return {
        message: `sureql could not be installed: there is no space left for ${failure.folder}. Make room (about 400 MB), then try again.`,
        remedies: ["retry", "log"],
      };
    case "install":
      return {
        message: `sureql could not be installed: ${failure.detail}`,
        remedies: ["log", "retry", "settings"],
      };
    case "cancelled":
      return { message: "sureql was not installed.", remedies: ["retry", "settings"] };
    case "version":
      return {
        message: `${failure.path} is sureql ${failure.version || "of an unknown version"}; this extension needs ${failure.minimum} or later. Update it, or let the extension use its own.`,
        remedies: ["own", "settings", "retry"],
      };
    case "start":
      return {
        message: `${failure.path} could not be started: ${failure.detail}`,
        remedies: ["log", "retry", "own"],
      };
    case "crashes":
      return {
        message: "sureql has ended by itself more than five times in three minutes and is not started again. The log says why.",
        remedies: ["log", "restart"],
      };
  }
}

const OFFLINE =
  /connection (?:refused|reset|aborted|broken)|newconnectionerror|name resolution|name or service not known|nodename nor servname|getaddrinfo|network is unreachable|could not connect|failed to (?:fetch|connect)|dns error|timed out|max retries exceeded|temporary failure/i;

const UNWRITABLE = ["EROFS", "EACCES", "EPERM", "ENOTDIR"];

/** What an installer's output and the system's error code mean. `folder` is where it installs. */
export function ofInstall(output: string, code: string | undefined, folder: string): Failure {
  if (code !== undefined && UNWRITABLE.includes(code)) return { kind: "read-only", folder };
  if (code === "ENOSPC" || /no space left on device/i.test(output)) return { kind: "full", folder };
  if (/read-only file system|permission denied/i.test(output)) return { kind: "read-only", folder };
  if (OFFLINE.test(output)) return { kind: "offline" };
  const lines = output.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  const last = lines.reverse().find((line) => /error/i.test(line)) ?? lines[0] ?? "the installer said nothing.";
  return { kind: "install", detail: last.slice(0, 300) };
}
