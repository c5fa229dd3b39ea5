// The licences of everything from other people that is in the bundle.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The packages that the bundled files belong to, as folders below `root`. */
function packagesOf(inputs) {
  const folders = new Set();
  for (const input of inputs) {
    const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (match) folders.add(match[1]);
  }
  return [...folders].sort();
}

/** The text of THIRD_PARTY_NOTICES. Throws if a package has no licence text. */
export function notices(root, inputs) {
  const parts = packagesOf(inputs).map((folder) => {
    const path = join(root, folder);
    const { name, version, license } = JSON.parse(readFileSync(join(path, "package.json"), "utf8"));
    const file = readdirSync(path).find((one) => /^(licen[cs]e|copying)/i.test(one));
    if (!file) throw new Error(`${name} has no licence text: it can't be bundled.`);
    const text = readFileSync(join(path, file), "utf8").replaceAll("\r\n", "\n").trim();
    return `${name} ${version} (${license})\n\n${text}\n`;
  });
  const line = `\n${"-".repeat(80)}\n\n`;
  return `This extension contains parts of the following packages.\n${line}${parts.join(line)}`;
}
