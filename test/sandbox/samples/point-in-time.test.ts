import { expect, it } from "vitest";
import {
  downloadByRedirect,
  getUncached,
  openForSample,
  signInByForm,
  variablesOf,
} from "./steps.ts";
import { type Answer, type Step, walk } from "./walk.ts";

/*
 * The notebook "Requesting ESG Bulk PIT Content Set": the newest set, its files in two pages, whose
 * second is asked for with pageSize twice, and all of them by the way of the redirect.
 */

const packageId = "4173-aec7-8a0b0ac9-96f9-48e83ddbd2ad";

/** The set with the greatest "created". */
function newest(answer: Answer): string {
  const sets = answer.list("value");
  const created = sets.map((set) => String(set["created"])).toSorted();
  return String(sets.find((set) => set["created"] === created.at(-1))?.["id"]);
}

it("all of the newest set: 115 zips, full and incremental", async () => {
  const sandbox = await openForSample();
  const names: string[] = [];
  const files: Pick<Step, "each" | "check"> = {
    check: (answer) => names.push(...answer.list("value").map((file) => String(file["filename"]))),
    each: { of: "value", keep: { fileId: "id" }, steps: downloadByRedirect(sandbox) },
  };
  await walk(
    sandbox.host,
    [
      signInByForm,
      getUncached(`/file-store/v1/file-sets?bucket=bulk-esg&packageId=${packageId}`, {
        keep: { fileSetId: newest },
      }),
      getUncached("/file-store/v1/files?filesetId={fileSetId}&pageSize=100", {
        keep: { next: "@nextLink" },
        ...files,
      }),
      getUncached("{next}&pageSize=100", {
        ...files,
        check(answer, kept) {
          files.check?.(answer, kept);
          expect(answer.at("@nextLink")).toBe(undefined);
        },
      }),
    ],
    variablesOf(sandbox),
  );
  expect(new Set(names).size).toBe(115);
  const full = names.filter((name) =>
    /^EsgPIT\w+\.\d{4}\.F\.\d{4}-\d\d-\d\d-\d{4}\.zip$/.test(name),
  );
  const incremental = names.filter((name) => /^EsgPIT\w+\.\d{4}\.I\./.test(name));
  expect(full.length).toBe(100);
  expect(incremental.length).toBe(15);
});
