import { expect, test } from "vitest";
import { type Failure, LABELS, ofInstall, tell } from "../src/finding/failures";

const OFFLINE = [
  "WARNING: Retrying … after connection broken by 'NewConnectionError(…: Failed to establish a new connection)'",
  "error: Failed to fetch: `https://index.example/simple/sqlglot/`",
  "Temporary failure in name resolution",
  "ERROR: … ReadTimeoutError: Read timed out.",
];

test("what an installer says is understood", () => {
  for (const output of OFFLINE) expect(ofInstall(output, undefined, "/s").kind).toBe("offline");
  expect(ofInstall("[Errno 28] No space left on device", undefined, "/s").kind).toBe("full");
  expect(ofInstall("OSError: [Errno 30] Read-only file system: '/s'", undefined, "/s").kind).toBe("read-only");
  expect(ofInstall("", "EROFS", "/s")).toEqual({ kind: "read-only", folder: "/s" });
  expect(ofInstall("", "ENOSPC", "/s").kind).toBe("full");
});

test("of everything else the error's own line is told", () => {
  const output = "Collecting x\nERROR: No matching distribution found for x\nnotice: a new pip\n";
  expect(ofInstall(output, undefined, "/s")).toEqual({ kind: "install", detail: "ERROR: No matching distribution found for x" });
  expect(tell(ofInstall("", undefined, "/s")).message).toContain("said nothing");
});

test("every message says what to do and offers it", () => {
  const all: Failure[] = [
    { kind: "missing-setting", path: "/x" },
    { kind: "no-python" },
    { kind: "old-python", version: "3.9" },
    { kind: "no-venv", version: "3.12" },
    { kind: "offline" },
    { kind: "read-only", folder: "/s" },
    { kind: "full", folder: "/s" },
    { kind: "install", detail: "it broke." },
    { kind: "cancelled" },
    { kind: "version", path: "/x", version: "0.0.9", minimum: "0.1.0" },
    { kind: "start", path: "/x", detail: "it broke." },
    { kind: "crashes" },
  ];
  for (const failure of all) {
    const { message, remedies } = tell(failure);
    expect(message).toContain("sureql".slice(0, failure.kind === "no-venv" || failure.kind === "start" ? 0 : 6));
    expect(remedies.length).toBeGreaterThan(0);
    for (const remedy of remedies) expect(LABELS[remedy]).toBeTruthy();
  }
  expect(tell({ kind: "no-venv", version: "3.12" }).message).toContain("sudo apt install python3.12-venv");
});
