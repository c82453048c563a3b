import { expect, it } from "vitest";
import { defaultAssumptions } from "../../source/sandbox/model/assumptions.ts";
import { documents } from "./documents.ts";

const text = documents.find(({ path }) => path === "docs/service.md")?.text ?? "";

const facts = [...text.matchAll(/^\| (.+) \| (.*) \| (.*) \|$/gm)]
  .map(([, fact = "", known = "", tests = ""]) => ({ fact, known, tests }))
  .filter(({ known }) => known !== "known" && known !== "---");

it("marks each fact of the service as recorded or assumed, and links the test that holds it", () => {
  expect(facts.length).toBeGreaterThan(40);
  for (const { fact, known, tests } of facts) {
    expect(["recorded", "assumed"], fact).toContain(known);
    expect(tests, fact).toMatch(/^\[[^\]]+\]\(\.\.\/test\/\S+\.test\.tsx?\)/);
  }
});

it.each(Object.keys(defaultAssumptions()))("names the switch %s", (name) => {
  expect(text).toContain(`(\`${name}\`)`);
});
