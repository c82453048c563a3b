import type { WrittenSection } from "../../source/documents/written-sections.ts";
import { mutants } from "./mutants.ts";

/** The table in docs/security.md, which `npm run documents` writes. */
export function mutantSection(): WrittenSection {
  const rows = mutants.map(({ name, file, caughtBy }) => {
    const place = file.replace("source/", "");
    const test = caughtBy.file.replace("test/", "");
    return `| ${name} | \`${place}\` | \`${test}\`: ${caughtBy.name} |`;
  });
  const head = [
    "| the faulty program | in `source/` | caught in `test/` by |",
    "| --- | --- | --- |",
  ];
  return { path: "docs/security.md", name: "mutants", text: [...head, ...rows].join("\n") };
}
