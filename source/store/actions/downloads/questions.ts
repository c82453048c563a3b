import { localFileName } from "../../../domain/file-name.ts";
import { counted, readableBytes } from "../../../domain/readable.ts";
import type { TransferRequest, TransfersSnapshot } from "../../../transfer/engine.ts";
import { isDownloadQuestion } from "../../selectors/choices.ts";
import { needsRoomQuestion } from "../../selectors/download-choices.ts";
import { canAsk } from "../../selectors/input-target.ts";
import { currentPlace } from "../../selectors/table.ts";
import type { Services } from "../../services.ts";
import { isUnderWay } from "../../state/download-phases.ts";
import { atTheTop } from "../../state/list-view.ts";
import type {
  DownloadQuestions,
  DownloadRoom,
  NameConflict,
  OrderedMarks,
} from "../../state/overlay.ts";
import type { ActionContext } from "../context.ts";
import { giveMarksBack } from "../marks.ts";
import type { OverlayActions } from "../overlays.ts";

interface FolderLook {
  names: readonly NameConflict[];
  /** The requests whose file may exist already, because one has its name and size. */
  present: ReadonlySet<TransferRequest>;
}

async function lookAtFolders(
  services: Services,
  requests: readonly TransferRequest[],
): Promise<FolderLook> {
  const names: NameConflict[] = [];
  const present = new Set<TransferRequest>();
  const folders = new Map<string, TransferRequest[]>();
  for (const request of requests) {
    folders.set(request.directory, [...(folders.get(request.directory) ?? []), request]);
  }
  for (const [directory, wanted] of folders) {
    const files = wanted.map(({ file }) => localFileName(file.name));
    const sizes = await services.sizesOnDisk(directory, files);
    for (const request of wanted) {
      const bytesThere = sizes.get(localFileName(request.file.name));
      if (bytesThere === undefined) continue;
      if (bytesThere === request.file.bytes) present.add(request);
      else names.push({ request, bytesThere });
    }
  }
  return { names, present };
}

/** What the downloads under way still need, wherever they go. */
function bytesUnderWay({ transfers }: TransfersSnapshot): number {
  return transfers
    .filter(isUnderWay)
    .reduce((sum, { bytesDone, bytesTotal = 0 }) => sum + Math.max(0, bytesTotal - bytesDone), 0);
}

/** The questions to ask before `requests` are queued; undefined if there are none. */
export async function questionsAbout(
  { services, store }: ActionContext,
  requests: readonly TransferRequest[],
  ordered: readonly OrderedMarks[],
): Promise<DownloadQuestions | undefined> {
  const { names, present } = await lookAtFolders(services, requests);
  const { directory, transfers } = store.getState();
  const free = await services.freeBytes(directory);
  const wanted = requests.filter((request) => !present.has(request));
  const room: DownloadRoom = {
    directory,
    files: wanted.length,
    bytes: wanted.reduce((sum, { file }) => sum + (file.bytes ?? 0), 0),
    freeBytes: free === undefined ? undefined : Math.max(0, free - bytesUnderWay(transfers)),
  };
  const isAsked = needsRoomQuestion(room);
  if (names.length === 0 && !isAsked) return undefined;
  const conflicting = new Set(names.map(({ request }) => request));
  const settled = requests.filter((request) => !conflicting.has(request));
  return { room: isAsked ? room : undefined, names, settled, ordered };
}

function together(
  one: DownloadRoom | undefined,
  other: DownloadRoom | undefined,
): DownloadRoom | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return { ...other, files: one.files + other.files, bytes: one.bytes + other.bytes };
}

/** Queues the requests and says so; `skipped` is the number of PENDING file sets that were left out. */
export function queueDownloads(
  { notify, services, store }: ActionContext,
  requests: readonly TransferRequest[],
  skipped = 0,
): void {
  if (requests.length === 0) {
    notify("note", "Nothing is downloaded.");
    return;
  }
  services.transfers.add(requests);
  const state = store.getState();
  const bytes = requests.reduce((sum, { file }) => sum + (file.bytes ?? 0), 0);
  const size = bytes > 0 ? ` (${readableBytes(bytes)})` : "";
  const pending = skipped > 0 ? ` ${counted(skipped, "PENDING file set")} left out.` : "";
  const what = counted(requests.length, "file");
  const next = currentPlace(state).kind === "downloads" ? "" : " t shows downloads.";
  notify("note", `Downloading ${what}${size} to ${state.directory}.${pending}${next}`);
}

/** Returns an empty list if the file is skipped; a numbered name is assigned automatically. */
function answered({ request }: NameConflict, answer: string): TransferRequest[] {
  if (answer === "skip") return [];
  return [answer === "replace" ? { ...request, overwrite: true } : request];
}

export function downloadQuestionActions(context: ActionContext, { askFolder }: OverlayActions) {
  const { notify, store } = context;

  function show(): void {
    const state = store.getState();
    const { downloadQuestions } = state;
    if (!downloadQuestions || !canAsk(state)) return;
    const kind = downloadQuestions.room === undefined ? "name-conflict" : "download-room";
    store.setState({ overlay: { kind, list: atTheTop } });
  }

  // The keys that came with this one are handled first, so that none of them answers the question.
  store.subscribe((state) => {
    if (state.downloadQuestions && canAsk(state)) queueMicrotask(show);
  });

  /** Adds to the questions that already wait for an answer. */
  function ask({ names, ordered, room, settled }: DownloadQuestions): void {
    const state = store.getState();
    if (!canAsk(state) && !isDownloadQuestion(state.overlay)) {
      notify("warning", "A download has a question. Close what is open to answer it.");
    }
    store.setState(({ downloadQuestions }) => ({
      downloadQuestions: {
        room: together(downloadQuestions?.room, room),
        names: [...(downloadQuestions?.names ?? []), ...names],
        settled: [...(downloadQuestions?.settled ?? []), ...settled],
        ordered: [...(downloadQuestions?.ordered ?? []), ...ordered],
      },
    }));
  }

  /** Asks the next question, or queues the downloads. */
  function proceed(questions: DownloadQuestions): void {
    if (questions.room !== undefined || questions.names.length > 0) {
      store.setState({ overlay: undefined, downloadQuestions: questions });
      show();
      return;
    }
    takeQuestions();
    if (questions.settled.length === 0) giveMarksBack(context, questions.ordered);
    queueDownloads(context, questions.settled);
  }

  function answerConflict(id: string): void {
    const { downloadQuestions } = store.getState();
    if (!downloadQuestions) return;
    const answer = id.replace(/-all$/, "");
    const count = id.endsWith("-all") ? downloadQuestions.names.length : 1;
    const now = downloadQuestions.names.slice(0, count).flatMap((name) => answered(name, answer));
    proceed({
      ...downloadQuestions,
      names: downloadQuestions.names.slice(count),
      settled: [...downloadQuestions.settled, ...now],
    });
  }

  function answerRoom(id: string): void {
    const { downloadQuestions } = store.getState();
    if (id === "folder") askFolder();
    else if (id === "no") refuseDownloads();
    else if (downloadQuestions) proceed({ ...downloadQuestions, room: undefined });
  }

  /** Removes the questions, and returns them. */
  function takeQuestions(): DownloadQuestions | undefined {
    const { downloadQuestions, overlay } = store.getState();
    store.setState({
      overlay: isDownloadQuestion(overlay) ? undefined : overlay,
      downloadQuestions: undefined,
    });
    return downloadQuestions;
  }

  function refuseDownloads(): void {
    giveMarksBack(context, takeQuestions()?.ordered ?? []);
    notify("note", "Nothing is downloaded.");
  }

  return { ask, answerConflict, answerRoom, takeQuestions, refuseDownloads };
}

export type DownloadQuestionActions = ReturnType<typeof downloadQuestionActions>;
