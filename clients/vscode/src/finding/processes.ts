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
      if (error.code !== undefined) ended.error = error.code;
      ended.output += error.message;
      // One that was started and is to end has not ended yet, and still writes its files.
      if (child.pid === undefined) resolve(ended);
    });
    child.on("exit", () => {
      if (options.signal?.aborted === true) resolve(ended);
    });
    child.on("close", (code) => {
      resolve({ ...ended, code: code ?? -1 });
    });
  });
}
