import { join } from "node:path";
import { type FileSet, type StoredFile, toTransferFile } from "../../domain/entities.ts";
import { commonFolder, fileSetFolder, localFileName } from "../../domain/file-name.ts";
import { naturalOrder } from "../../domain/ordering.ts";
import { counted, readableBytes } from "../../domain/readable.ts";
import type { TransferRequest } from "../../transfer/engine.ts";
import type { Services } from "../services.ts";
import type { NameConflict } from "../state/overlay.ts";
import type { ActionContext, NoticeActions } from "./context.ts";

export function requestFor(file: StoredFile, directory: string): TransferRequest {
  return { file: toTransferFile(file), directory };
}

/** A set of several files gets its own folder. */
export function requestsFor(
  fileSet: FileSet,
  files: readonly StoredFile[],
  directory: string,
): TransferRequest[] {
  const own = fileSetFolder(fileSet.name, files.length);
  const folder = own === undefined ? directory : join(directory, own);
  // The service sorts by id; users expect part 1 before part 2.
  return files
    .map((file) => requestFor(file, folder))
    .sort((left, right) => naturalOrder(left.file.name, right.file.name));
}

/** Ignores existing files of the same size, which may be the same file. */
export async function findNameConflicts(
  services: Services,
  requests: readonly TransferRequest[],
): Promise<NameConflict[]> {
  const folders = new Map<string, TransferRequest[]>();
  for (const request of requests) {
    folders.set(request.directory, [...(folders.get(request.directory) ?? []), request]);
  }
  const taken: NameConflict[] = [];
  for (const [directory, wanted] of folders) {
    const names = wanted.map(({ file }) => localFileName(file.name));
    const sizes = await services.sizesOnDisk(directory, names);
    for (const request of wanted) {
      const bytesThere = sizes.get(localFileName(request.file.name));
      if (bytesThere === undefined || bytesThere === request.file.bytes) continue;
      taken.push({ request, bytesThere });
    }
  }
  return taken;
}

export type Queue = (requests: readonly TransferRequest[], skipped?: number) => void;

export function queueWith({ services, store }: ActionContext, { tell }: NoticeActions): Queue {
  return (requests, skipped = 0) => {
    if (requests.length === 0) {
      tell("note", "Nothing is downloaded.");
      return;
    }
    services.transfers.add(requests);
    const { directory } = store.getState();
    const isOwn = commonFolder(requests.map((request) => request.directory)) !== directory;
    const where = isOwn ? "a folder of their own" : directory;
    const sizes = requests.map(({ file }) => file.bytes);
    const bytes = sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
    const size = bytes > 0 ? `, ${readableBytes(bytes)}` : "";
    const pending = skipped > 0 ? ` ${counted(skipped, "PENDING file set")} left out.` : "";
    const what = counted(requests.length, "file");
    tell("note", `Downloading ${what}${size} into ${where}.${pending} t shows downloads.`);
  };
}
