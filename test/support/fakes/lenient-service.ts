import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { FileSet } from "../../../source/domain/entities.ts";

/** How a service may read the times of content and availability: all three are plausible from outside. */
export const windowReadings = ["within", "overlap", "ignored"] as const;

/** Everything in which the service's answer to one query may differ. */
interface Reading {
  windows: (typeof windowReadings)[number];
  /** False: what was created or modified at the very moment that is asked for is left out. */
  isSinceInclusive: boolean;
  /** False: a next link has the bucket and the cursor only. */
  isLinkWhole: boolean;
  /** The most that it gives at once. */
  pageSize: number;
}

export interface LenientService {
  host: string;
  bucket: string;
  packageId: string;
  fileSets: readonly FileSet[];
  reading: Reading;
  close(): Promise<void>;
}

/** A service with one package, whose file sets and way of reading a filter a test sets. */
export async function startLenientService(): Promise<LenientService> {
  const service: LenientService = {
    host: "",
    bucket: "bulk-ESG",
    packageId: "4000-0000-00000001",
    fileSets: [],
    reading: { windows: "within", isSinceInclusive: true, isLinkWhole: true, pageSize: 100 },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };

  function answer(path: string, query: URLSearchParams): object {
    if (path.endsWith("/token")) return { access_token: "lenient-access-token", expires_in: "600" };
    if (path.endsWith("/packages")) {
      const { bucket, packageId } = service;
      return { value: [{ packageId, packageName: "Pack", bucketNames: [bucket] }] };
    }
    if (path.endsWith("/files")) {
      const filesetId = query.get("filesetId") ?? "";
      const id = `file-${filesetId}`;
      return { value: [{ id, filename: `${id}.csv.gz`, filesetId, fileSizeInBytes: 10 }] };
    }
    return page(query, service);
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    request.resume().on("end", () => {
      response.setHeader("content-type", "application/json");
      response.setHeader("connection", "close");
      response.end(JSON.stringify(answer(url.pathname, url.searchParams)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  service.host = `http://127.0.0.1:${portOf(server.address())}`;
  return service;
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new Error("It listens on no port.");
  return address.port;
}

function page(query: URLSearchParams, { fileSets, reading }: LenientService): object {
  const start = Number(query.get("skipToken") ?? "0");
  const size = Math.min(reading.pageSize, Number(query.get("pageSize") ?? "25"));
  const found = fileSets.filter((fileSet) => isKept(fileSet, query, reading));
  const next = new URLSearchParams(reading.isLinkWhole ? query : [["bucket", "bulk-ESG"]]);
  next.set("skipToken", `${start + size}`);
  return {
    value: found.slice(start, start + size),
    ...(start + size < found.length ? { "@nextLink": `/file-store/v1/file-sets?${next}` } : {}),
  };
}

function isKept(fileSet: FileSet, query: URLSearchParams, reading: Reading): boolean {
  const limit = (name: string) => Date.parse(query.get(name) ?? "");
  const since = (time: string | undefined, name: string) => {
    const from = limit(name) + (reading.isSinceInclusive ? 0 : 1);
    return !(Date.parse(time ?? "") < from);
  };
  const isSame = (value: string, name: string) => (query.get(name) ?? value) === value;
  const pairs = fileSet.attributes.map(({ name, value }) => `${name}:${value}`);
  return (
    isSame(fileSet.packageId, "packageId") &&
    isSame(fileSet.name, "name") &&
    isSame(fileSet.status, "status") &&
    (query.get("attributes")?.split(",") ?? []).every((pair) => pairs.includes(pair)) &&
    since(fileSet.created, "createdSince") &&
    since(fileSet.modified, "modifiedSince") &&
    isInWindows(fileSet, limit, reading.windows)
  );
}

function isInWindows(
  { contentFrom, contentTo, availableFrom, availableTo }: FileSet,
  limit: (name: string) => number,
  windows: Reading["windows"],
): boolean {
  if (windows === "ignored") return true;
  // What has no time is left out: a comparison with NaN is false.
  const atLeast = (time: string | undefined, name: string) =>
    Number.isNaN(limit(name)) || Date.parse(time ?? "") >= limit(name);
  const atMost = (time: string | undefined, name: string) =>
    Number.isNaN(limit(name)) || Date.parse(time ?? "") <= limit(name);
  const isWithin = windows === "within";
  return (
    atLeast(isWithin ? contentFrom : contentTo, "contentFrom") &&
    atMost(isWithin ? contentTo : contentFrom, "contentTo") &&
    atLeast(isWithin ? availableFrom : availableTo, "availableFrom") &&
    atMost(isWithin ? availableTo : availableFrom, "availableTo")
  );
}
