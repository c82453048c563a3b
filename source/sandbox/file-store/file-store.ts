import { type Answer, accessDenied, jsonAnswer, noResource } from "../http/answers.ts";
import { listFileSets, listFiles } from "./list-file-sets.ts";
import { listBuckets, listPackages } from "./list-packages.ts";
import { isSet } from "./paging.ts";
import { showFile, showPackage } from "./records.ts";
import { createVisibility, type FileStoreParts, type ListParts } from "./visibility.ts";

/** The endpoints below /file-store/v1; the caller has checked the access token. */
export interface SandboxFileStore {
  buckets(query: URLSearchParams): Promise<Answer>;
  packages(query: URLSearchParams): Promise<Answer>;
  package(id: string): Answer;
  fileSets(query: URLSearchParams): Promise<Answer>;
  files(query: URLSearchParams): Promise<Answer>;
  file(id: string): Promise<Answer>;
  stream(id: string, query: URLSearchParams, urlSeconds?: number): Answer;
}

export function createFileStore(given: FileStoreParts): SandboxFileStore {
  const { catalogue, assumptions, now, hosts, presign } = given;
  const visibility = createVisibility(catalogue, now);
  const parts: ListParts = { ...given, visibility };

  return {
    buckets: (query) => listBuckets(parts, query),
    packages: (query) => listPackages(parts, query),
    fileSets: (query) => listFileSets(parts, query),
    files: (query) => listFiles(parts, query),

    package(id) {
      const found = catalogue.packages.get(id);
      return found ? jsonAnswer(200, showPackage(found, false)) : noResource("Package", id);
    },

    async file(id) {
      const file = catalogue.files.get(id);
      const fileSet = file && catalogue.fileSets.get(file.filesetId);
      if (!file || !fileSet || !visibility.isAvailable(fileSet)) return noResource("File", id);
      if (!visibility.isEntitledTo(fileSet.packageId)) return accessDenied();
      return jsonAnswer(200, await showFile(file, hosts(), catalogue));
    },

    stream(id, query, urlSeconds) {
      const file = catalogue.files.get(id);
      if (!file) return noResource("File", id);
      const fileSet = catalogue.fileSets.get(file.filesetId);
      // Verified: 403 for an expired file. Assumed: its body.
      if (!fileSet || !visibility.isAvailable(fileSet)) return accessDenied("Access denied");
      if (!visibility.isEntitledTo(fileSet.packageId)) return accessDenied();
      // Assumed: files of a set that is not READY cannot be downloaded.
      if (fileSet.status !== "READY") return noResource("File", id);
      const url = presign(file, urlSeconds);
      if (isSet(query, "doNotRedirect")) return jsonAnswer(200, { url });
      return { status: assumptions.redirectStatus, headers: { Location: url }, body: "" };
    },
  };
}
