/** Keeps the tables of all Nodes that were measured, and writes them into the page about performance. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const page = path.resolve(import.meta.dirname, "../../docs/performance.md");
const [begin, end] = ["<!-- kernels: npm run bench:kernels -- --docs -->", "<!-- /kernels -->"];

/**
 * @param {string} work
 * @param {string} version of Node
 * @param {string} table
 */
export function keepTable(work, version, table) {
  const folder = path.join(work, "tables");
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `${version}.md`), table);
}

/** @param {string} work */
export function documentTables(work) {
  const folder = path.join(work, "tables");
  const names = readdirSync(folder).sort((a, b) => Number.parseFloat(a) - Number.parseFloat(b));
  const tables = names.map((name) => readFileSync(path.join(folder, name), "utf8"));
  const text = readFileSync(page, "utf8");
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${page} has no place for the tables: ${begin} … ${end}`);
  const parts = [text.slice(0, from + begin.length), ...tables.map((table) => table.trimEnd())];
  writeFileSync(page, `${parts.join("\n\n")}\n\n${text.slice(to)}`);
}
