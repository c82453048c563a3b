import type { FileSet, Package, StoredFile } from "../../../source/domain/entities.ts";

export function somePackage(number: number, more: Partial<Package> = {}): Package {
  return {
    packageId: `4000-0000-0000000${number}`,
    packageName: `Bulk-ESG-Global-Content${number}-v1`,
    packageType: "bulk",
    bucketNames: ["bulk-ESG"],
    contactEmail: "contact@example.com",
    created: "2021-11-11T07:54:04Z",
    modified: "2023-02-10T09:10:16Z",
    isEntitled: true,
    ...more,
  };
}

const twoDigits = (number: number) => String(number).padStart(2, "0");

/** File set `number` of a series of weekly deliveries; every fourth is an Init. */
export function someFileSet(number: number, more: Partial<FileSet> = {}): FileSet {
  const day = `2023-${twoDigits(1 + Math.floor(number / 28))}-${twoDigits(1 + (number % 28))}`;
  const kind = number % 4 === 0 ? "Init" : "Delta";
  return {
    id: `4000-aaaa-${number}`,
    name: `Bulk-ESG-Global-Content1-v1-Jsonl-${kind}-${day}T16:04:11.000Z`,
    bucketName: "bulk-ESG",
    packageId: "4000-0000-00000001",
    attributes: [{ name: "ContentType", value: "ESG Content" }],
    files: [`4000-ffff-${number}`],
    numFiles: 1,
    status: "READY",
    contentFrom: "1970-01-01T00:00:00Z",
    contentTo: `${day}T16:00:00Z`,
    availableFrom: `${day}T17:00:00Z`,
    availableTo: "2024-12-31T00:00:00Z",
    created: `${day}T16:10:00Z`,
    modified: `${day}T16:20:00Z`,
    ...more,
  };
}

export function someFile(number: number, more: Partial<StoredFile> = {}): StoredFile {
  return {
    id: `4000-ffff-${number}`,
    filename: `Bulk-ESG-Global-Content1-v1-Init-2023-11-26T16:04:11.000Z-part${number}.jsonl.gz`,
    filesetId: "4000-aaaa-4",
    fileSizeInBytes: 93_000_000 + number,
    md5: "4238bc2278d9ba16d4982542e28b8b31",
    created: "2023-11-26T16:18:44Z",
    modified: "2023-11-26T16:20:44Z",
    ...more,
  };
}

/** `make(1)` to `make(count)`. */
export function several<Item>(count: number, make: (number: number) => Item): Item[] {
  return Array.from({ length: count }, (_, index) => make(index + 1));
}
