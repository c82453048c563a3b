import { localFileName } from "../../domain/file-name.ts";
import { counted } from "../../domain/readable.ts";
import type { TransferRequest } from "../../transfer/engine.ts";
import { canAsk } from "../selectors/input-target.ts";
import type { Services } from "../services.ts";
import { atTheTop } from "../state/list-view.ts";
import type { NameConflict, NameConflicts } from "../state/overlay.ts";
import type { ActionContext, NoticeActions } from "./context.ts";
import { giveMarksBack } from "./marks.ts";

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

/** Returns an empty list if the file is skipped; a numbered name is assigned automatically. */
function answered({ request }: NameConflict, answer: string): TransferRequest[] {
  if (answer === "skip") return [];
  return [answer === "replace" ? { ...request, overwrite: true } : request];
}

export function nameConflictActions(context: ActionContext, { tell }: NoticeActions, queue: Queue) {
  const { store } = context;

  function show(): void {
    const state = store.getState();
    if (state.nameConflicts && canAsk(state)) {
      store.setState({ overlay: { kind: "name-conflict", list: atTheTop } });
    }
  }

  /** Waits until all keys of the same packet are handled, so that none of them answers the question. */
  function followConflicts(): () => void {
    return store.subscribe((state) => {
      if (state.nameConflicts && canAsk(state)) queueMicrotask(show);
    });
  }

  /** Adds to the conflicts that already wait for an answer. */
  function askAboutConflicts({ names, settled, ordered }: NameConflicts): void {
    const state = store.getState();
    if (!canAsk(state) && state.overlay?.kind !== "name-conflict") {
      const taken = counted(names.length, "name is", "names are");
      tell(
        "warning",
        `Download: ${taken} taken; the question waits until nothing else is open or typed.`,
      );
    }
    store.setState(({ nameConflicts }) => ({
      nameConflicts: {
        names: [...(nameConflicts?.names ?? []), ...names],
        settled: [...(nameConflicts?.settled ?? []), ...settled],
        ordered: [...(nameConflicts?.ordered ?? []), ...ordered],
      },
    }));
  }

  function answerConflict(id: string): void {
    const { nameConflicts } = store.getState();
    if (!nameConflicts) return;
    const answer = id.replace(/-all$/, "");
    const count = id.endsWith("-all") ? nameConflicts.names.length : 1;
    const now = nameConflicts.names.slice(0, count).flatMap((name) => answered(name, answer));
    const settled = [...nameConflicts.settled, ...now];
    const names = nameConflicts.names.slice(count);
    if (names.length > 0) {
      const overlay = { kind: "name-conflict", list: atTheTop } as const;
      store.setState({ overlay, nameConflicts: { ...nameConflicts, names, settled } });
      return;
    }
    store.setState({ overlay: undefined, nameConflicts: undefined });
    if (settled.length === 0) giveMarksBack(context, nameConflicts.ordered);
    queue(settled);
  }

  function refuseConflicts(): void {
    const { nameConflicts } = store.getState();
    store.setState({ overlay: undefined, nameConflicts: undefined });
    giveMarksBack(context, nameConflicts?.ordered ?? []);
    tell("note", "Nothing is downloaded.");
  }

  return { followConflicts, askAboutConflicts, answerConflict, refuseConflicts };
}

export type NameConflictActions = ReturnType<typeof nameConflictActions>;
