import { isAllowedAddress } from "../domain/address.ts";
import { canonicalBucket } from "../domain/content-sets.ts";
import type { Bucket, StoredFile } from "../domain/entities.ts";
import { sanitize } from "../domain/sanitize.ts";
import { AppError } from "../errors.ts";
import { Secret } from "../secret.ts";
import type { AccessTokens } from "./auth.ts";
import type { HttpAnswer, Send } from "./http.ts";
import { type Get, listPages } from "./pages.ts";
import { serviceRefusal } from "./refusal.ts";
import {
  bucketReply,
  fileReply,
  fileSetReply,
  packageReply,
  readReply,
  readSanitized,
  urlReply,
} from "./replies.ts";
import { type RetryPolicy, withRetries } from "./retry.ts";
import type { FileSetFilter, FileStore, PackageFilter, Pages } from "./service.ts";
import { isWantedFileSet, isWantedPackage } from "./wanted.ts";

export interface ClientParts {
  /** Origin of the service; no request with a token goes anywhere else. */
  host: string;
  send: Send;
  tokens: AccessTokens;
  retries: RetryPolicy;
}

const root = "/file-store/v1";

/** The Client File Store over HTTP. Source of the paths and parameters: LSEG's data library for Python and its samples. */
export function createClient({ host, send, tokens, retries }: ClientParts): FileStore {
  /** One GET with the token; a refused token is replaced once and the request sent again. */
  async function authorized(
    purpose: string,
    url: URL,
    signal: AbortSignal | undefined,
  ): Promise<HttpAnswer> {
    const request = (token: Secret) =>
      send({
        purpose,
        method: "GET",
        url,
        signal,
        headers: { Authorization: `Bearer ${token.reveal()}` },
      });
    const token = await tokens.current(signal);
    const answer = await request(token);
    return answer.status === 401 ? request(await tokens.replace(token, signal)) : answer;
  }

  const get: Get = (purpose, url, signal) =>
    withRetries(
      async () => {
        const answer = await authorized(purpose, url, signal);
        if (answer.status !== 200) throw serviceRefusal(purpose, answer);
        return answer;
      },
      retries,
      signal,
    );

  function packages(filter: PackageFilter, signal?: AbortSignal) {
    const { bucketName, packageName } = filter;
    return listPages(
      get,
      host,
      {
        purpose: `Listing the packages${bucketName === undefined ? "" : ` of ${bucketName}`}`,
        path: `${root}/packages`,
        parameters: {
          ...(bucketName === undefined ? {} : { bucketName }),
          ...(packageName === undefined ? {} : { packageName }),
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

  /**
   * The service answers an unknown bucket with an empty list of packages; its file sets answer with
   * what is wrong, in the service's own words.
   */
  async function confirmBucket(bucket: string, signal: AbortSignal | undefined): Promise<void> {
    const url = new URL(`${root}/file-sets`, host);
    url.searchParams.set("bucket", bucket);
    url.searchParams.set("pageSize", "1");
    await get(`Opening the bucket ${bucket}`, url, signal);
  }

  async function fileUrl(fileId: string, signal?: AbortSignal): Promise<Secret> {
    const purpose = `Asking for the address of ${fileId}`;
    const url = new URL(
      `${root}/files/${encodeURIComponent(fileId)}/stream?doNotRedirect=true`,
      host,
    );
    const answer = await withRetries(
      async () => {
        const found = await authorized(purpose, url, signal);
        const redirected =
          found.status >= 300 && found.status < 400 && found.header("location") !== undefined;
        if (found.status !== 200 && !redirected) throw serviceRefusal(purpose, found);
        return found;
      },
      retries,
      signal,
    );
    const location =
      answer.status === 200 ? readReply(purpose, answer, urlReply).url : answer.header("location");
    return allowedUrl(purpose, location ?? "", host);
  }

  return {
    async *buckets(signal) {
      try {
        yield* listPages(
          get,
          host,
          {
            purpose: "Listing the buckets",
            path: `${root}/buckets`,
            parameters: {},
            schema: bucketReply,
            identify: (item) => item.name.toLowerCase(),
            wanted: () => true,
          },
          signal,
        );
      } catch (thrown) {
        if (!(thrown instanceof AppError) || thrown.status !== 403) throw thrown;
        yield* bucketsOfPackages(packages({}, signal));
      }
    },
    async *packages(filter, signal) {
      const asked =
        filter.bucketName === undefined
          ? filter
          : { ...filter, bucketName: canonicalBucket(filter.bucketName) };
      let found = 0;
      for await (const page of packages(asked, signal)) {
        found += page.items.length;
        yield page;
      }
      if (found === 0 && asked.bucketName !== undefined)
        await confirmBucket(asked.bucketName, signal);
    },
    fileSets(filter, signal) {
      const asked = { ...filter, bucket: canonicalBucket(filter.bucket) };
      return listPages(
        get,
        host,
        {
          purpose: `Listing the file sets of ${asked.bucket}`,
          path: `${root}/file-sets`,
          parameters: fileSetParameters(asked),
          schema: fileSetReply,
          identify: (item) => item.id,
          wanted: (item) => isWantedFileSet(asked, item),
        },
        signal,
      );
    },
    files(fileSetId, signal) {
      return listPages(
        get,
        host,
        {
          purpose: `Listing the files of ${fileSetId}`,
          path: `${root}/files`,
          parameters: { filesetId: fileSetId },
          schema: fileReply,
          identify: (item) => item.id,
          wanted: (item) => item.filesetId === "" || item.filesetId === fileSetId,
        },
        signal,
      );
    },
    async file(fileId, signal) {
      const purpose = `Looking up the file ${fileId}`;
      try {
        const answer = await get(
          purpose,
          new URL(`${root}/files/${encodeURIComponent(fileId)}`, host),
          signal,
        );
        return readSanitized(purpose, answer, fileReply);
      } catch (thrown) {
        // No sample uses the record of a single file, so the service may not have it.
        if (!(thrown instanceof AppError) || thrown.kind !== "not-found") throw thrown;
        return fileOfUrl(fileId, await fileUrl(fileId, signal));
      }
    },
    fileUrl,
  };
}

/**
 * A presigned address is used byte for byte; only where it leads is looked at. A service elsewhere may
 * not lead to plain http on this machine.
 */
function allowedUrl(purpose: string, location: string, host: string): Secret {
  const url = URL.canParse(location) ? new URL(location) : undefined;
  const isPlain = url?.protocol === "http:" && !host.startsWith("http:");
  const hasAccount = url?.username !== "" || url.password !== "";
  if (url !== undefined && isAllowedAddress(url) && !isPlain && !hasAccount)
    return new Secret(location);
  throw new AppError({
    kind: "service",
    tried: purpose,
    answered: "the service gave an address that is not allowed",
    advice: "Files are fetched over https only: tell your LSEG representative.",
    code: "address",
  });
}

/** What a presigned address says of its file: the name, and the file set in a parameter. */
function fileOfUrl(fileId: string, address: Secret): StoredFile {
  const url = new URL(address.reveal());
  const segment = url.pathname.split("/").at(-1) ?? "";
  return {
    id: fileId,
    filename: sanitize(decode(segment)),
    filesetId: sanitize(url.searchParams.get("x-fileset-id") ?? ""),
  };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function fileSetParameters(filter: FileSetFilter): Record<string, string> {
  const { attributes, ...plain } = filter;
  const parameters = Object.fromEntries(
    Object.entries(plain).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  if (attributes === undefined || attributes.length === 0) return parameters;
  return {
    ...parameters,
    attributes: attributes.map(({ name, value }) => `${name}:${value}`).join(","),
  };
}

/** Where /buckets is refused, the names that the packages tell. */
async function* bucketsOfPackages(pages: Pages<{ bucketNames: string[] }>): Pages<Bucket> {
  const given = new Set<string>();
  for await (const page of pages) {
    const fresh: Bucket[] = [];
    for (const name of page.items.flatMap((item) => item.bucketNames)) {
      if (given.has(name.toLowerCase())) continue;
      given.add(name.toLowerCase());
      fresh.push({ name });
    }
    yield { items: fresh };
  }
}
