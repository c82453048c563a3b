import { isAbort, toAppError } from "../../../base/errors.ts";
import type { FileSet } from "../../../domain/entities.ts";
import { counted, readableCount } from "../../../domain/readable.ts";
import type { TransferRequest } from "../../../transfer/engine.ts";
import { currentPlace, currentRow, markedRows } from "../../selectors/table.ts";
import type { OrderedMarks } from "../../state/overlay.ts";
import { packageNameOf } from "../../state/place.ts";
import { isPending, type Row } from "../../state/row.ts";
import type { State } from "../../state/state.ts";
import type { ActionContext } from "../context.ts";
import { giveMarksBack, takeMarks } from "../marks.ts";
import { signInAgain } from "../session.ts";
import { type DownloadQuestionActions, questionsAbout, queueDownloads } from "./questions.ts";
import { filesOfSets, requestFor, requestsFor } from "./set-files.ts";

export function downloadActions(context: ActionContext, questions: DownloadQuestionActions) {
  const { notify, runTask, store } = context;

  async function offer(
    requests: readonly TransferRequest[],
    ordered: readonly OrderedMarks[],
    skipped = 0,
    signal?: AbortSignal,
  ): Promise<void> {
    const open = await questionsAbout(context, requests, ordered);
    signal?.throwIfAborted();
    if (open === undefined) queueDownloads(context, requests, skipped);
    else questions.ask(open);
  }

  /** Offers the downloads that wait for an answer again, in the folder that was chosen instead. */
  function offerAgain(): void {
    const open = questions.takeQuestions();
    if (open === undefined) return;
    const { directory } = store.getState();
    const requests = [...open.settled, ...open.names.map(({ request }) => request)];
    void offer(
      requests.map(({ file }) => ({ file, directory })),
      open.ordered,
    );
  }

  /** Leaves out PENDING sets. Resolves with false if nothing is queued; the reason is in a notice. */
  async function downloadSets(
    fileSets: readonly FileSet[],
    { directory, places }: State,
    ordered: readonly OrderedMarks[],
  ): Promise<boolean> {
    const ready = fileSets.filter((fileSet) => !isPending(fileSet));
    const what = `Listing the files of ${counted(ready.length, "file set")}`;
    try {
      return await runTask(what, async (signal, report) => {
        const onListed = (done: number) => report(`${what}: ${readableCount(done)} done`);
        const packageName = packageNameOf(places.at(-1));
        const found = await filesOfSets(context, ready, packageName, signal, onListed);
        const requests = found.flatMap((files, index) =>
          requestsFor(files, directory, { fileSetName: ready[index]?.name, packageName }),
        );
        if (requests.length === 0) notify("warning", "Nothing to download: there are no files.");
        else await offer(requests, ordered, fileSets.length - ready.length, signal);
        return requests.length > 0;
      });
    } catch (thrown) {
      if (isAbort(thrown)) {
        notify("note", "Stopped; nothing is downloaded.");
        return false;
      }
      const error = toAppError(thrown, "Listing the files to download");
      if (error.kind === "sign-in") signInAgain(context, error);
      else notify("error", error.message);
      return false;
    }
  }

  /** Downloads the marked rows, or the row under the cursor. */
  async function download(): Promise<void> {
    const state = store.getState();
    const marked = markedRows(state);
    const current = currentRow(state);
    const chosen: readonly Row[] = marked.length > 0 ? marked : current ? [current] : [];
    const fileSets = chosen.flatMap((row) => (row.kind === "file-set" ? [row.item] : []));
    const files = chosen.flatMap((row) => (row.kind === "file" ? [row.item] : []));
    const ordered = marked.length > 0 ? takeMarks(context) : [];
    if (fileSets.length > 0) {
      const isQueued = await downloadSets(fileSets, state, ordered);
      if (!isQueued) giveMarksBack(context, ordered);
    } else if (files.length > 0) {
      const place = currentPlace(state);
      const fileSetName = "fileSet" in place ? place.fileSet.name : undefined;
      const above = { fileSetName, packageName: packageNameOf(place) };
      const requests = files.map((file) => requestFor(file, state.directory, above));
      await offer(requests, ordered);
    }
  }

  return { download, offerAgain };
}

export type DownloadActions = ReturnType<typeof downloadActions>;
