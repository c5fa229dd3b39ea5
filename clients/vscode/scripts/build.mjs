// Bundles the extension into dist/extension.js, and each src/panels/webview/*.ts into dist/webview/.
import { context } from "esbuild";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const watch = process.argv.includes("--watch");
const shared = { absWorkingDir: root, bundle: true, minify: !watch, sourcemap: watch, metafile: true };

const pages = join(root, "src", "panels", "webview");
const entries = existsSync(pages)
  ? readdirSync(pages).filter((name) => name.endsWith(".ts")).map((name) => join(pages, name))
  : [];

rmSync(join(root, "dist"), { recursive: true, force: true });
const bundles = [
  await context({
    ...shared,
    entryPoints: ["src/extension.ts"],
    outfile: "dist/extension.js",
    platform: "node",
    format: "cjs",
    target: "node20",
    external: ["vscode"],
  }),
];
if (entries.length > 0) {
  bundles.push(
    await context({
      ...shared,
      entryPoints: entries,
      outdir: "dist/webview",
      platform: "browser",
      format: "iife",
      target: "es2022",
    }),
  );
}

/** Every file that went into the bundles, below the extension's folder. */
export const inputs = new Set();
for (const bundle of bundles) {
  if (watch) {
    await bundle.watch();
  } else {
    const { metafile } = await bundle.rebuild();
    for (const input of Object.keys(metafile.inputs)) inputs.add(input);
    await bundle.dispose();
  }
}
