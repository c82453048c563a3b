import type { KeptListing, ListingKey } from "../../catalogue/catalogue.ts";
import type { FileSet, StoredFile } from "../../domain/entities.ts";
import { isPending } from "../entry.ts";
import type { ActionContext } from "./context.ts";

/**
 * All files of a file set: those of a READY set are asked for once only, and known from then on. Rejects as
 * the service does.
 */
export async function filesOfSet(
  { services, store }: ActionContext,
  fileSet: FileSet,
): Promise<readonly StoredFile[]> {
  const { session } = store.getState().session;
  const key: ListingKey = { kind: "files", fileSetId: fileSet.id };
  const settled = !isPending(fileSet);
  if (session && settled) {
    const kept = await services.catalogue.recall(session, key);
    if (kept?.kind === "files" && kept.settled && kept.items.length > 0) return kept.items;
  }
  const files: StoredFile[] = [];
  for await (const { items } of services.fileStore.files(fileSet.id)) files.push(...items);
  const listing: KeptListing = {
    kind: "files",
    items: files,
    listedAtMs: services.nowMs(),
    settled,
  };
  if (session) services.catalogue.keep(session, key, listing);
  return files;
}
