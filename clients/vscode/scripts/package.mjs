// Makes the .vsix: the bundle, the server's wheel, the sample project, licences.
//
//     node scripts/package.mjs
import { createVSIX } from "@vscode/vsce";
import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { deflateRawSync } from "node:zlib";
import { inputs } from "./build.mjs";
import { notices } from "./notices.mjs";
import { build as buildWheel } from "./wheel.mjs";

const MOST = 1_000_000; // Bytes of the .vsix, without the wheel.

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const repository = join(root, "..", "..");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

copyFileSync(join(repository, "LICENSE"), join(root, "LICENSE.txt"));
copyFileSync(join(repository, "CHANGELOG.md"), join(root, "CHANGELOG.md"));
writeFileSync(join(root, "THIRD_PARTY_NOTICES.txt"), notices(root, inputs));
const sample = join(root, "sample");
rmSync(sample, { recursive: true, force: true });
cpSync(join(repository, "server", "sureql", "demo", "project"), sample, { recursive: true });
copyFileSync(join(root, "walkthrough", "start_here.sql"), join(sample, "queries", "start_here.sql"));
buildWheel(root);

const folder = join(root, "build");
mkdirSync(folder, { recursive: true });
const finished = join(folder, `sureql-${version}.vsix`);
// The one that is there stays until the new one is whole: somebody may be installing it.
const packagePath = `${finished}.part`;
await createVSIX({
  cwd: root,
  packagePath,
  dependencies: false,
  allowMissingRepository: true,
  rewriteRelativeLinks: false,
});
const wheels = readdirSync(join(root, "server")).map((name) => readFileSync(join(root, "server", name)));
const whole = statSync(packagePath).size;
// A wheel is compressed once more inside.
const rest = whole - wheels.reduce((sum, wheel) => sum + deflateRawSync(wheel).length, 0);
console.log(`${finished}: ${Math.round(whole / 1000)} kB, ${Math.round(rest / 1000)} kB without the wheel`);
if (rest > MOST) throw new Error(`Without the wheel it must not be larger than ${MOST / 1000} kB.`);
renameSync(packagePath, finished);
for (const name of readdirSync(folder)) {
  if (join(folder, name) !== finished) rmSync(join(folder, name), { recursive: true });
}
