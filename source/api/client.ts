import type * as v from "valibot";
import { AppError } from "../base/errors.ts";
import { Secret } from "../base/secret.ts";
import { isAllowedAddress, parseAddress } from "../domain/address.ts";
import { canonicalBucket } from "../domain/content-sets.ts";
import type { Bucket, StoredFile } from "../domain/entities.ts";
import { sanitizeName } from "../domain/sanitize.ts";
import type { RetryPolicy } from "../network/retry.ts";
import {
  fileSetParameters,
  type Get,
  isWantedFileSet,
  isWantedPackage,
  type ListingRequest,
  listPages,
} from "./listings.ts";
import { queryRefusal, serviceRefusal } from "./replies/refusal.ts";
import {
  bucketReply,
  fileReply,
  fileSetReply,
  packageReply,
  readReply,
  readSanitized,
  urlReply,
} from "./replies/replies.ts";
import type { FileStore, PackageFilter, Pages } from "./service.ts";
import { createAuthorizedSend, type ServiceConnection } from "./session/authorized-send.ts";

export interface ClientParts extends ServiceConnection {
  retries: RetryPolicy;
}

const root = "/file-store/v1";

const checkBucket =
  "Check the bucket's name; your LSEG representative knows which buckets you have.";
const checkPackage =
  "Check the bucket's name and the package's id; the package may have been removed.";
const checkFile = "Check the file's id; the file may not be available any more.";

/** Source of the paths and parameters: LSEG's data library for Python and its samples. */
export function createClient({ host, send, tokens, retries }: ClientParts): FileStore {
  const authorized = createAuthorizedSend({ send, tokens });

  const get: Get = (asked, url, signal) => {
    const request = { purpose: asked.purpose, method: "GET", url, signal } as const;
    return authorized(request, retries, (answer) =>
      answer.status === 200 ? undefined : queryRefusal(asked, answer),
    );
  };

  const list = <Schema extends v.GenericSchema>(
    request: ListingRequest<Schema>,
    signal: AbortSignal | undefined,
  ) => listPages(get, host, request, signal);

  function packages(filter: PackageFilter, signal?: AbortSignal) {
    const { bucketName, packageName } = filter;
    return list(
      {
        purpose: `Listing the packages${bucketName === undefined ? "" : ` of ${bucketName}`}`,
        ifUnknown: checkBucket,
        path: `${root}/packages`,
        parameters: {
          bucketName,
          packageName,
          includedTotalResult: "true",
          includedEntitlementResult: "true",
        },
        schema: packageReply,
        identify: (item) => item.packageId,
        wanted: (item) => isWantedPackage(filter, item),
      },
      signal,
    );
  }

  /** An unknown bucket has an empty list of packages, but its file sets answer with an error. */
  async function confirmBucket(bucket: string, signal: AbortSignal | undefined): Promise<void> {
    const url = new URL(`${root}/file-sets`, host);
    url.searchParams.set("bucket", bucket);
    url.searchParams.set("pageSize", "1");
    await get({ purpose: `Opening the bucket ${bucket}`, ifUnknown: checkBucket }, url, signal);
  }

  async function fileUrl(fileId: string, signal?: AbortSignal): Promise<Secret> {
    const purpose = `Asking for the address of ${fileId}`;
    const ifUnknown = `${checkFile} If its file set is PENDING, try again when it is READY.`;
    const url = new URL(
      `${root}/files/${encodeURIComponent(fileId)}/stream?doNotRedirect=true`,
      host,
    );
    const request = { purpose, method: "GET", url, signal } as const;
    const answer = await authorized(request, retries, (found) => {
      const { status } = found;
      const isRedirect = status >= 300 && status < 400 && found.header("location") !== undefined;
      if (status === 200 || isRedirect) return undefined;
      return serviceRefusal({ purpose, ifUnknown }, found);
    });
    const location =
      answer.status === 200 ? readReply(purpose, answer, urlReply).url : answer.header("location");
    return allowedAddress(purpose, location ?? "", host);
  }

  function files(fileSetId: string, signal?: AbortSignal) {
    return list(
      {
        purpose: `Listing the files of ${fileSetId}`,
        ifUnknown: "Check the file set's id; the file set may not be available any more.",
        path: `${root}/files`,
        parameters: { filesetId: fileSetId },
        schema: fileReply,
        identify: (item) => item.id,
        wanted: (item) => item.filesetId === "" || item.filesetId === fileSetId,
      },
      signal,
    );
  }

  async function record(fileId: string, signal?: AbortSignal): Promise<StoredFile> {
    const purpose = `Looking up the file ${fileId}`;
    const url = new URL(`${root}/files/${encodeURIComponent(fileId)}`, host);
    try {
      const answer = await get({ purpose, ifUnknown: checkFile }, url, signal);
      return readSanitized(purpose, answer, fileReply);
    } catch (thrown) {
      // No sample uses the record of a single file, so the service may not have it.
      if (!isAbsent(thrown)) throw thrown;
      return fileOfAddress(fileId, await fileUrl(fileId, signal));
    }
  }

  /** The file with the size and md5 in its file set; undefined if the set is refused or lacks it. */
  async function listedFile(
    { id, filename, filesetId }: StoredFile,
    signal?: AbortSignal,
  ): Promise<StoredFile | undefined> {
    if (filesetId === "") return undefined;
    try {
      for await (const { items } of files(filesetId, signal)) {
        const found = items.find((item) => item.id === id);
        if (found) return { ...found, filename: found.filename || filename, filesetId };
      }
    } catch (thrown) {
      if (!isAbsent(thrown)) throw thrown;
    }
    return undefined;
  }

  return {
    async *buckets(signal) {
      try {
        yield* list(
          {
            purpose: "Listing the buckets",
            ifUnknown: "Check RDP_HOST; a file store may not be at this address.",
            path: `${root}/buckets`,
            parameters: {},
            schema: bucketReply,
            identify: (item) => item.name.toLowerCase(),
          },
          signal,
        );
      } catch (thrown) {
        if (!(thrown instanceof AppError) || thrown.status !== 403) throw thrown;
        yield* bucketsOfPackages(packages({}, signal));
      }
    },
    async *packages(filter, signal) {
      const canonical =
        filter.bucketName === undefined
          ? filter
          : { ...filter, bucketName: canonicalBucket(filter.bucketName) };
      let found = 0;
      for await (const page of packages(canonical, signal)) {
        found += page.items.length;
        yield page;
      }
      if (found === 0 && canonical.bucketName !== undefined)
        await confirmBucket(canonical.bucketName, signal);
    },
    fileSets(filter, signal) {
      const canonical = { ...filter, bucket: canonicalBucket(filter.bucket) };
      return list(
        {
          purpose: `Listing the file sets of ${canonical.bucket}`,
          ifUnknown: canonical.packageId === undefined ? checkBucket : checkPackage,
          path: `${root}/file-sets`,
          parameters: fileSetParameters(canonical),
          schema: fileSetReply,
          identify: (item) => item.id,
          wanted: (item) => isWantedFileSet(canonical, item),
        },
        signal,
      );
    },
    files,
    async file(fileId, signal) {
      const known = await record(fileId, signal);
      if (known.md5 !== undefined) return known;
      return (await listedFile(known, signal)) ?? known;
    },
    fileUrl,
  };
}

function isAbsent(thrown: unknown): boolean {
  return thrown instanceof AppError && (thrown.kind === "not-found" || thrown.status === 404);
}

/** Replaces the list of buckets when the service refuses it; names are case-insensitively unique. */
async function* bucketsOfPackages(pages: Pages<{ bucketNames: string[] }>): Pages<Bucket> {
  const seen = new Set<string>();
  for await (const page of pages) {
    const fresh: Bucket[] = [];
    for (const name of page.items.flatMap((item) => item.bucketNames)) {
      if (seen.has(name.toLowerCase())) continue;
      seen.add(name.toLowerCase());
      fresh.push({ name });
    }
    yield { items: fresh };
  }
}

/**
 * Checks the target of a presigned address and keeps the address byte for byte. Only a local service may use
 * plain http. Throws an AppError of kind service and reason "forbidden-address".
 */
function allowedAddress(purpose: string, location: string, host: string): Secret {
  const url = parseAddress(location);
  const isPlain = url?.protocol === "http:" && !host.startsWith("http:");
  const hasAccount = url?.username !== "" || url.password !== "";
  if (url !== undefined && isAllowedAddress(url) && !isPlain && !hasAccount)
    return new Secret(location);
  throw new AppError({
    kind: "service",
    tried: purpose,
    answered: "the service gave an address that is not allowed",
    advice: "Files are downloaded over https only. Contact your LSEG representative.",
    reason: "forbidden-address",
  });
}

/** The form of an id that may be requested. */
const idForm = /^[\w-]{1,100}$/;

/** The name and file set that a presigned address carries; the file set is "" if unknown. */
export function fileOfAddress(fileId: string, address: Secret): StoredFile {
  const url = new URL(address.reveal());
  const segment = url.pathname.split("/").at(-1) ?? "";
  const fileSetId = url.searchParams.get("x-fileset-id") ?? "";
  return {
    id: fileId,
    filename: sanitizeName(decode(segment)),
    filesetId: idForm.test(fileSetId) ? fileSetId : "",
  };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
