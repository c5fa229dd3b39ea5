/** Programs that are run to find or to install the server. */

import { spawn } from "node:child_process";

export interface Ended {
  /** The exit code; -1 if it could not be started or was ended. */
  code: number;
  /** The system's error code if it could not be started. */
  error?: string;
  stdout: string;
  /** Everything it said, in order. */
  output: string;
}

export interface Options {
  cwd: string;
  /** Milliseconds after which it is ended. */
  limit: number;
  env?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
  said?: (text: string) => void;
}

/** Runs a program to its end; never rejects. Nothing goes through a shell. */
export function run(command: string, args: readonly string[], options: Options): Promise<Ended> {
  return new Promise((resolve) => {
    const ended: Ended = { code: -1, stdout: "", output: "" };
    const child = spawn(command, [...args], {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
      timeout: options.limit,
      ...(options.signal ? { signal: options.signal } : {}),
    });
    const heard = (text: string): void => {
      ended.output += text;
      options.said?.(text);
    };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      ended.stdout += text;
      heard(text);
    });
    child.stderr.setEncoding("utf8").on("data", heard);
    child.on("error", (error: NodeJS.ErrnoException) => {
      resolve({ ...ended, ...(error.code === undefined ? {} : { error: error.code }), output: ended.output + error.message });
    });
    child.on("close", (code) => {
      resolve({ ...ended, code: code ?? -1 });
    });
  });
}
