import { type Answer, accessDenied, gatewayError, noResource } from "../http/answers.ts";
import {
  badTime,
  fileStorePath,
  listAnswer,
  maximumPageSize,
  sinceFilter,
  sinceTimes,
} from "./paging.ts";
import { showFile } from "./records.ts";
import { compareText, type ListParts } from "./visibility.ts";

/** GET /files. Verified: sorted by id, so parts are out of order. */
export async function listFiles(parts: ListParts, query: URLSearchParams): Promise<Answer> {
  const { catalogue, visibility, hosts } = parts;
  const id = query.get("filesetId");
  if (!id) {
    return gatewayError(400, "Validation error", [{ key: "filesetId", reason: "is required" }]);
  }
  const fileSet = catalogue.fileSets.get(id);
  if (!fileSet || !visibility.isAvailable(fileSet)) return noResource("Fileset", id);
  if (!visibility.isEntitledTo(fileSet.packageId)) return accessDenied();
  const wrong = badTime(query, sinceTimes);
  if (wrong) return wrong;
  // Verified: the parameter is fileName; older documentation has filename.
  const name = (query.get("fileName") ?? query.get("filename") ?? "").toLowerCase();
  const isSince = sinceFilter(query);
  return listAnswer(
    {
      path: `${fileStorePath}/files`,
      items: catalogue.filesOf(fileSet),
      keep: (file) => file.filename.toLowerCase().includes(name) && isSince(file),
      cursorName: "fileId",
      cursorOf: (file) => file.id,
      compareToCursor: (file, cursor) => compareText(file.id, cursor),
      repeated: ["filesetId", "fileName", ...sinceTimes],
      maximumPageSize,
      show: (file) => showFile(file, hosts(), catalogue),
    },
    query,
  );
}
