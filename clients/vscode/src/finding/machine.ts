/** The machine that the extension runs on. */

import { realpathSync, statSync } from "node:fs";
import { delimiter } from "node:path";
import type { Machine } from "./search";

export const machine: Machine = {
  platform: process.platform,
  get directories() {
    return (process.env.PATH ?? "").split(delimiter).filter((one) => one !== "");
  },
  isFile(file) {
    try {
      return statSync(file).isFile();
    } catch {
      return false;
    }
  },
  real(file) {
    try {
      return realpathSync(file);
    } catch {
      return file;
    }
  },
};
