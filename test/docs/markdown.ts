/** Edge (files): the project's documents, and the tables in them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");

/** @param file from the project's root, e.g. `docs/api.md`. */
export function read(file: string): string {
  return readFileSync(join(root, file), "utf8");
}

/** Every document that people read, from the project's root. */
export const documents = ["", "docs", "docs/adr"].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name)),
);

/** The cells of the table that follows the marker, without the head. */
export function tableAfter(file: string, marker: string): string[][] {
  const [, rest = ""] = read(file).split(marker, 2);
  const rows = /(?:^\|.*\n)+/m.exec(rest)?.[0].trim().split("\n").slice(2) ?? [];
  return rows.map((row) =>
    row
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** `` `sub` `` as `sub`; any other text as it is. */
export function code(cell = ""): string {
  return /^`([^`]+)`$/.exec(cell)?.[1] ?? cell;
}
