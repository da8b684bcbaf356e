/** Writes the examples of docs/front-end.md into a folder as files that TypeScript can check. I/O: files. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { read } from "./markdown.ts";

/**
 * @param change edits an example first.
 * @returns the names of the files: the one in an example's first line (`// source.ts`), else e.g. `example-3.ts`.
 */
export function writeExamples(folder: string, change = (code: string) => code): string[] {
  const blocks = [...read("docs/front-end.md").matchAll(/```(tsx?|vue)\n([\s\S]*?)```/g)];
  return blocks.map(([, language = "", block = ""], index) => {
    const [, name = `example-${index}.${language.replace("vue", "ts")}`] = /^\/\/ (\S+\.tsx?)\n/.exec(block) ?? [];
    const [, code = block] = /<script setup lang="ts">\n([\s\S]*?)<\/script>/.exec(block) ?? [];
    writeFileSync(join(folder, name), change(code));
    return name;
  });
}
