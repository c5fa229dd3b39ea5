// Makes the .vsix: the bundle, the licence and what else .vscodeignore lets in.
import { createVSIX } from "@vscode/vsce";
import { copyFileSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import "./build.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
copyFileSync(join(root, "..", "..", "LICENSE"), join(root, "LICENSE.txt"));
mkdirSync(join(root, "build"), { recursive: true });
const packagePath = join(root, "build", `sureql-${version}.vsix`);
await createVSIX({ cwd: root, packagePath, dependencies: false, allowMissingRepository: true });
console.log(`${packagePath} (${Math.round(statSync(packagePath).size / 1024)} kB)`);
