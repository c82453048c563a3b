// Writes the parts of documents anew that are made of the program's own records.
import { readFile, writeFile } from "node:fs/promises";
import { loadSource } from "./load-source.mjs";

const { withSection, writtenSections } = await loadSource("source/documents/written-sections.ts");
const { mutantSection } = await loadSource("test/mutants/mutant-section.ts");
for (const section of [...writtenSections(), mutantSection()]) {
  await writeFile(section.path, withSection(await readFile(section.path, "utf8"), section));
}
