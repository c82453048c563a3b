import { expect, it } from "vitest";
import {
  download,
  downloadByRedirect,
  downloadReencoded,
  get,
  getUncached,
  nowMs,
  openForSample,
  refreshByForm,
  signInByForm,
  variablesOf,
} from "./steps.ts";
import { type Answer, type Kept, type Step, walk } from "./walk.ts";

/*
 * The notebook "ESG Bulk Introduction": it pages by the last 62 characters of the link, which is the
 * skipToken only while the token stands last, and it sends filters without "=".
 */

const listed = "/file-store/v1/file-sets?bucket=bulk-esg";
const raw = "4288-ebb6-93372235-acb2-89882a826af1";
const lastSunday = "2026-11-22T00:00:00Z";

const cut = (answer: Answer) => String(answer.at("@nextLink")).slice(-62);
const idsOf = (answer: Answer) =>
  answer
    .list("value")
    .map(({ id }) => String(id))
    .join(" ");

/** The first page as it came at the beginning. */
const expectFirstPage = (answer: Answer, kept: Kept) =>
  expect(idsOf(answer)).toBe(kept["firstPage"]);

const pagesByCutTokens: Step[] = [
  getUncached(listed, { keep: { firstPage: idsOf, cut, packageId: "value.0.packageId" } }),
  getUncached(`${listed}&skipToken={cut}`, {
    keep: { cut },
    check: (answer, kept) => expect(idsOf(answer) > (kept["firstPage"] ?? "")).toBe(true),
  }),
  // Of the second link it cuts a piece of the token and "&pageSize=25": the first page comes again.
  getUncached(`${listed}&skipToken={cut}`, { keep: { cut }, check: expectFirstPage }),
  getUncached(`${listed}&skipToken={cut}`, { check: expectFirstPage }),
];

const filters: Step[] = [
  getUncached(`${listed}&ContentType:ESG%20Raw%20Current%20A`, { check: expectFirstPage }),
  getUncached(`${listed}&attributes=ContentType:ESG%20Scores`, {
    check(answer) {
      const contentTypes = answer.list("value").map(({ attributes }) => attributes);
      expect(contentTypes.length).toBeGreaterThan(1);
      for (const each of contentTypes) {
        expect(each).toContainEqual({ name: "ContentType", value: "ESG Scores" });
      }
    },
    keep: { scores: idsOf },
  }),
  getUncached(`${listed}&packageId={packageId}`, {
    check: (answer, { packageId }) =>
      expect(new Set(answer.list("value").map((set) => set["packageId"]))).toEqual(
        new Set([packageId]),
      ),
  }),
  // Two windows without "=": they count for nothing.
  getUncached(
    `${listed}&attributes=ContentType:ESG%20Scores&contentFrom:2021-05-17T00:00:00Z&contentTo:2021-05-18T00:00:00Z`,
    { check: (answer, { scores }) => expect(idsOf(answer)).toBe(scores) },
  ),
];

it("pages by cut tokens, filters, refreshes and downloads in three ways", async () => {
  const sandbox = await openForSample();
  const [small] = [...sandbox.catalogue.fileSets.values()]
    .filter(({ name, packageId }) => packageId === raw && /-Csv-Delta-/.test(name))
    .toSorted((left, right) => right.createdMs - left.createdMs);
  await walk(
    sandbox.host,
    [
      signInByForm,
      ...pagesByCutTokens,
      ...filters,
      getUncached("/file-store/v1/files?filesetId={fileSetId}", { keep: { fileId: "value.0.id" } }),
      getUncached("/file-store/v1/files?filesetId=", { status: 400 }),
      refreshByForm,
      ...downloadByRedirect(sandbox),
      ...downloadReencoded(sandbox),
      ...download(sandbox),
    ],
    { ...variablesOf(sandbox), fileSetId: small?.id ?? "" },
  );
});

it("finds what came since the last Sunday, and each file of it", async () => {
  const sandbox = await openForSample();
  const { catalogue } = sandbox;
  const wanted = [...catalogue.fileSets.values()].filter(
    ({ packageId, availableFromMs, availableToMs }) =>
      packageId === raw &&
      availableFromMs >= Date.parse(lastSunday) &&
      availableFromMs <= nowMs &&
      availableToMs > nowMs,
  );
  expect(wanted.length).toBeGreaterThan(0);
  // Nothing looks at them here, and those of 93 MB take long to work out.
  for (const file of catalogue.files.values()) file.listedMd5 = "missing";
  let asked = 0;
  await walk(
    sandbox.host,
    [
      signInByForm,
      getUncached(`${listed}&packageId=${raw}&availableFrom=${lastSunday}`, {
        check: (answer) =>
          expect(answer.list("value").map(({ id }) => id)).toEqual(
            wanted.map(({ id }) => id).toSorted(),
          ),
        each: {
          of: "value",
          keep: { fileSetId: "id", numFiles: "numFiles" },
          steps: [
            getUncached("/file-store/v1/files?filesetId={fileSetId}", {
              check(answer, { fileSetId, numFiles }) {
                const files = answer.list("value");
                expect(String(files.length)).toBe(numFiles);
                for (const file of files) expect(file["filesetId"]).toBe(fileSetId);
                asked += 1;
              },
              // Everything is streamed; where each file leads is enough here.
              each: {
                of: "value",
                keep: { fileId: "id", filename: "filename" },
                steps: [
                  get("/file-store/v1/files/{fileId}/stream", {
                    status: 302,
                    check: ({ location }, { filename }) =>
                      expect(new URL(location).searchParams.get("x-file-name")).toBe(filename),
                  }),
                ],
              },
            }),
          ],
        },
      }),
    ],
    variablesOf(sandbox),
  );
  expect(asked).toBe(wanted.length);
});

it("has every set of the bucket once, by the links as they come", async () => {
  const sandbox = await openForSample();
  const { catalogue } = sandbox;
  const visible = catalogue
    .sortedFileSets()
    .filter(
      ({ bucketName, packageId, availableFromMs, availableToMs }) =>
        bucketName === "bulk-ESG" &&
        catalogue.packages.get(packageId)?.isEntitled === true &&
        availableFromMs <= nowMs &&
        availableToMs > nowMs,
    );
  const seen: string[] = [];
  const kept = variablesOf(sandbox);
  const remember: Step = getUncached("{next}", {
    check: (answer) => seen.push(...idsOf(answer).split(" ")),
    keep: { next: (answer) => String(answer.at("@nextLink") ?? "") },
  });
  await walk(sandbox.host, [signInByForm], kept);
  for (kept["next"] = listed; kept["next"] !== ""; ) {
    await walk(sandbox.host, [remember], kept);
    expect(seen.length).toBeLessThanOrEqual(visible.length);
  }
  expect(seen).toEqual(visible.map(({ id }) => id));
  expect(seen.length).toBeGreaterThan(100);
});
