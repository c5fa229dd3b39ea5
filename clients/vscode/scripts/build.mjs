// Bundles the extension into dist/extension.js, what it imports only when it is needed into files
// beside that, and each src/panels/webview/*.ts into dist/webview/.
import { context } from "esbuild";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, "src");
const watch = process.argv.includes("--watch");
const shared = { absWorkingDir: root, bundle: true, minify: !watch, sourcemap: watch, metafile: true };

/** Files of the extension that are bundled by themselves: those of `import()`, as they are met. */
const parts = [join(source, "extension.ts")];

const apart = {
  name: "what is imported later is a file of its own",
  setup(build) {
    build.onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
      if (kind !== "dynamic-import") return undefined;
      const file = `${join(resolveDir, path)}.ts`;
      if (!parts.includes(file)) parts.push(file);
      return { path: `./${nameOf(file)}.js`, external: true };
    });
  },
};

function nameOf(file) {
  return relative(source, file).replace(/\.ts$/, "").replaceAll(/[/\\]/g, "-");
}

/** Every file that went into the bundles, below the extension's folder. */
export const inputs = new Set();

async function bundle(options) {
  const one = await context({ ...shared, ...options });
  const { metafile } = await one.rebuild();
  for (const input of Object.keys(metafile.inputs)) inputs.add(input);
  if (watch) await one.watch();
  else await one.dispose();
}

rmSync(join(root, "dist"), { recursive: true, force: true });
for (const part of parts) {
  await bundle({
    entryPoints: [part],
    outfile: join("dist", `${nameOf(part)}.js`),
    platform: "node",
    format: "cjs",
    target: "node20",
    external: ["vscode"],
    plugins: [apart],
  });
}
const pages = join(source, "panels", "webview");
for (const page of existsSync(pages) ? readdirSync(pages) : []) {
  if (!page.endsWith(".ts")) continue;
  await bundle({
    entryPoints: [join(pages, page)],
    outfile: join("dist", "webview", `${basename(page, ".ts")}.js`),
    platform: "browser",
    format: "iife",
    target: "es2022",
  });
}
