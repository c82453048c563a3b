import { join } from "node:path";
import type { FileSet, StoredFile } from "../../domain/entities.ts";
import { localFileName } from "../../domain/file-name.ts";
import { commonFolder, fileSetFolder } from "../../domain/folders.ts";
import { naturalOrder } from "../../domain/natural-order.ts";
import { counted, readableBytes, readableCount } from "../../domain/readable.ts";
import { type AppError, isAbort, toAppError } from "../../errors.ts";
import type { TransferRequest } from "../../transfer/engine.ts";
import { type Entry, isPending } from "../entry.ts";
import { atTheTop } from "../list-view.ts";
import type { TakenName } from "../overlay.ts";
import { currentEntry, markedEntries } from "../selectors/table.ts";
import { type ActionContext, changeView } from "./context.ts";
import type { NoticeActions } from "./notices.ts";
import { filesOfSets } from "./set-files.ts";
import type { TaskActions } from "./tasks.ts";

function requestFor(file: StoredFile, directory: string): TransferRequest {
  return {
    file: {
      fileId: file.id,
      fileSetId: file.filesetId,
      name: file.filename,
      bytes: file.fileSizeInBytes,
      md5: file.md5,
    },
    directory,
  };
}

export function downloadActions(
  context: ActionContext,
  { tell, clearNotice }: NoticeActions,
  { runTask }: TaskActions,
  signInAgain: (error: AppError) => void,
) {
  const { services, store } = context;

  function requestsFor(
    fileSet: FileSet,
    files: readonly StoredFile[],
    directory: string,
  ): TransferRequest[] {
    const own = fileSetFolder(fileSet.name, files.length);
    const folder = own === undefined ? directory : join(directory, own);
    // The service lists by id; people expect part 1 before part 2.
    return files
      .map((file) => requestFor(file, folder))
      .sort((left, right) => naturalOrder(left.file.name, right.file.name));
  }

  /** Those of the files whose names other files have already; the same size may be the same file. */
  async function takenNames(requests: readonly TransferRequest[]): Promise<TakenName[]> {
    const folders = new Map<string, TransferRequest[]>();
    for (const request of requests) {
      folders.set(request.directory, [...(folders.get(request.directory) ?? []), request]);
    }
    const taken: TakenName[] = [];
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

  /** Asks about names that are taken, then queues. */
  async function offer(
    requests: readonly TransferRequest[],
    left: number,
    signal?: AbortSignal,
  ): Promise<void> {
    const names = await takenNames(requests);
    signal?.throwIfAborted();
    if (names.length === 0) {
      queue(requests, left);
      return;
    }
    const asked = new Set(names.map(({ request }) => request));
    const settled = requests.filter((request) => !asked.has(request));
    store.setState({ overlay: { kind: "taken", list: atTheTop, names, settled } });
  }

  function queue(requests: readonly TransferRequest[], left = 0): void {
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
    const pending = left > 0 ? ` ${counted(left, "PENDING file set")} left out.` : "";
    const what = counted(requests.length, "file");
    tell("note", `Downloading ${what}${size} into ${where}.${pending} t shows downloads.`);
  }

  async function downloadSets(fileSets: readonly FileSet[], directory: string): Promise<void> {
    const ready = fileSets.filter((fileSet) => !isPending(fileSet));
    if (ready.length === 0) {
      tell(
        "warning",
        "Download: PENDING, its publisher is still adding files. Try again when READY.",
      );
      return;
    }
    const what = `Listing the files of ${counted(ready.length, "file set")}`;
    try {
      await runTask(what, async (signal, tellTask) => {
        const came = (done: number) => tellTask(`${what}: ${readableCount(done)} done`);
        const found = await filesOfSets(context, ready, signal, came);
        const requests = ready.flatMap((fileSet, at) =>
          requestsFor(fileSet, found[at] ?? [], directory),
        );
        if (requests.length === 0) tell("warning", "Download: there are no files in it.");
        else await offer(requests, fileSets.length - ready.length, signal);
      });
    } catch (thrown) {
      if (isAbort(thrown)) {
        tell("note", "Stopped; nothing is downloaded.");
        return;
      }
      const error = toAppError(thrown, "Listing the files to download");
      tell("error", error.message);
      if (error.kind === "sign-in") signInAgain(error);
    }
  }

  /** Downloads the marked rows, else the row under the cursor; a file set with all its files. */
  async function download(): Promise<void> {
    clearNotice();
    const state = store.getState();
    const marked = markedEntries(state);
    const current = currentEntry(state);
    const chosen: readonly Entry[] = marked.length > 0 ? marked : current ? [current] : [];
    const fileSets = chosen.flatMap((entry) => (entry.kind === "file-set" ? [entry.item] : []));
    const files = chosen.flatMap((entry) => (entry.kind === "file" ? [entry.item] : []));
    if (marked.length > 0) changeView(context, { marks: new Set(), rangeFrom: undefined });
    if (fileSets.length > 0) await downloadSets(fileSets, state.directory);
    if (files.length > 0) {
      const requests = files.map((file) => requestFor(file, state.directory));
      await offer(requests, 0);
    }
  }

  return { download, queue: (requests: readonly TransferRequest[]) => queue(requests) };
}
