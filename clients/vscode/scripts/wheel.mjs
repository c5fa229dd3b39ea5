// Builds the server's wheel, which is pure Python, into server/.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

const SOURCES = ["pyproject.toml", "README.md", "server/sureql", "grammars", "docs/rules"];

/** Makes the wheel unless the one that is there is newer than every source. */
export function build(root) {
  const repository = join(root, "..", "..");
  const target = join(root, "server");
  const old = existsSync(target) ? readdirSync(target).filter((one) => one.endsWith(".whl")) : [];
  const changed = Math.max(...SOURCES.map((source) => newest(join(repository, source))));
  if (old.length === 1 && statSync(join(target, old[0])).mtimeMs > changed) return;

  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const beside = join(repository, ".venv", process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
  const python = process.env.PYTHON || (existsSync(beside) ? beside : "python3");
  const ways = [
    [python, ["-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps", "--wheel-dir", target, repository]],
    ["uv", ["build", "--quiet", "--wheel", "--out-dir", target, repository]],
  ];
  const said = [];
  for (const [command, args] of ways) {
    const done = spawnSync(command, args, { encoding: "utf8" });
    if (done.status === 0) return;
    said.push(`${command}: ${done.error?.message ?? done.stderr}`);
  }
  throw new Error(`The server's wheel could not be built.\n${said.join("\n")}`);
}

function newest(path) {
  const status = statSync(path);
  if (!status.isDirectory()) return status.mtimeMs;
  const inside = readdirSync(path, { recursive: true })
    .filter((name) => !name.includes("__pycache__"))
    .map((name) => statSync(join(path, name)).mtimeMs);
  return Math.max(...inside);
}
