import { gunzipSync } from "node:zlib";
import { expect, it } from "vitest";
import {
  download,
  get,
  openForSample,
  refreshByText,
  revoke,
  signInByText,
  variablesOf,
} from "./steps.ts";
import { type Answer, type Kept, type Step, walk } from "./walk.ts";

/*
 * The notebooks "RDP Generic CFS File Workflow", "RDP ESG CFS File Workflow", its Point in Time
 * sister, both of Green Revenue and "A Step By Step TM3 CFS File API": sign-in, packages, file sets,
 * one file, refresh, revoke. They differ in what they pick.
 */

const fileSets = "/file-store/v1/file-sets";
const firstPackage = { packageId: "value.0.packageId" };
const firstFile = { fileId: "value.0.files.0" };

const ofPackages = (bucket: string) => `/file-store/v1/packages?bucketName=${bucket}`;
const ofSets = (bucket: string) => `${fileSets}?bucket=${bucket}&packageId={packageId}`;

/** What is printed of the first file set. */
function expectOnePackage(answer: Answer) {
  const sets = answer.list("value");
  expect(sets.length).toBeGreaterThan(0);
  expect(new Set(sets.map(({ packageId }) => packageId)).size).toBe(1);
}

/** The next page goes on behind the last item of the one before it. */
function expectBehind(answer: Answer, { last = "" }: Kept) {
  expect(String(answer.at("value.0.id")) > last).toBe(true);
}

/** The pages of two that the generic workflow shows, by the link as it came. */
const twoPages: Step[] = [
  get(`${ofSets("bulk-ESG")}&pageSize=2`, {
    keep: { next: "@nextLink", last: "value.1.id" },
    check: (answer) => expect(answer.list("value")).toHaveLength(2),
  }),
  get("{next}", { check: expectBehind }),
];

const municipal = "bucket=bulk-Custom&packageId={packageId}&pageSize=100";

function expectAscending(field: string) {
  return (answer: Answer) => {
    const values = answer.list("value").map((each) => String(each[field]));
    expect(values).toHaveLength(100);
    expect(values).toEqual(values.toSorted());
  };
}

interface Sample {
  name: string;
  packageId?: string;
  picks: Step[];
  isGzip?: boolean;
}

const samples: Sample[] = [
  {
    name: "the generic workflow",
    packageId: "408c-ba29-cae68349-abb7-ba38f6d7fce7",
    picks: [
      get(ofPackages("bulk-ESG")),
      get(ofSets("bulk-ESG"), { keep: firstFile, check: expectOnePackage }),
      ...twoPages,
    ],
    isGzip: true,
  },
  {
    name: "ESG",
    picks: [
      get(ofPackages("bulk-ESG"), { keep: firstPackage }),
      get(ofSets("bulk-ESG"), {
        keep: firstFile,
        check(answer) {
          expectOnePackage(answer);
          // It prints the second.
          expect(answer.at("value.1.name")).toEqual(expect.any(String));
        },
      }),
    ],
    isGzip: true,
  },
  {
    name: "ESG Point in Time",
    packageId: "4173-aec7-8a0b0ac9-96f9-48e83ddbd2ad",
    picks: [
      get(ofPackages("bulk-ESG")),
      get(ofSets("bulk-ESG"), {
        keep: { fileId: "value.0.files.1" },
        check(answer) {
          expectOnePackage(answer);
          expect(answer.at("value.0.numFiles")).toBe(115);
          expect(answer.at("value.0.files")).toHaveLength(25);
          expect(answer.at("value.0.contentFrom")).toBe(undefined);
        },
      }),
    ],
  },
  {
    name: "Green Revenue",
    picks: [
      get(ofPackages("bulk-greenrevenue"), { keep: firstPackage }),
      get(ofSets("bulk-greenrevenue"), { keep: firstFile, check: expectOnePackage }),
    ],
    isGzip: true,
  },
  {
    name: "Green Revenue as CSV",
    picks: [
      get(ofPackages("bulk-greenrevenue"), { keep: firstPackage }),
      get(ofSets("bulk-greenrevenue"), {
        keep: {
          fileId(answer) {
            const index = answer.list("value").findIndex((set) => /Csv/.test(String(set["name"])));
            return String(answer.at(`value.${index}.files.0`));
          },
        },
      }),
    ],
    isGzip: true,
  },
  {
    name: "TM3 municipal",
    packageId: "4c5b-0f65-c57f5ae4-b548-2a1075ee725d",
    picks: [
      get(`${fileSets}?${municipal}&modifiedSince=2025-07-25T12%3A00%3A00Z`, {
        keep: firstFile,
        check(answer) {
          expectAscending("modified")(answer);
          expect(answer.at("value.0.bucketName")).toBe("bulk-custom");
          expect(answer.at("value.0.attributes")).toEqual([]);
        },
      }),
      get(`${fileSets}?${municipal}`, {
        keep: { next: "@nextLink", last: "value.99.id" },
        check: expectAscending("id"),
      }),
      get("{next}", { check: expectBehind }),
    ],
  },
];

const unzipped = (answer: Answer) =>
  expect(gunzipSync(answer.bytes).length).toBeGreaterThan(answer.bytes.length);

it.each(samples)("$name, from sign-in to revoke", async ({ packageId, picks, isGzip }) => {
  const sandbox = await openForSample();
  await walk(
    sandbox.host,
    [
      signInByText,
      ...picks,
      ...download(sandbox, isGzip ? unzipped : undefined),
      refreshByText,
      ...picks.slice(0, 1),
      ...revoke,
    ],
    { ...variablesOf(sandbox), ...(packageId === undefined ? {} : { packageId }) },
  );
});
