import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A fenced block of a document. */
export interface Block {
  /** The language that it names: "sh", "text", "ini". */
  language: string;
  text: string;
}

export interface Document {
  /** From the repository's root. */
  path: string;
  text: string;
  blocks: Block[];
}

/** README, CONTRIBUTING and all of docs/. */
export const documents: readonly Document[] = [
  "README.md",
  "CONTRIBUTING.md",
  ...readdirSync(`${root}/docs`)
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
].map((path) => {
  const text = readFileSync(`${root}/${path}`, "utf8");
  const blocks = [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(
    ([, language = "", inner = ""]) => ({ language, text: inner }),
  );
  return { path, text, blocks };
});

/** The documents' blocks of one language, each with its document's path. */
export function blocksOf(language: string): (Block & { path: string })[] {
  return documents.flatMap(({ blocks, path }) =>
    blocks.filter((block) => block.language === language).map((block) => ({ ...block, path })),
  );
}
