import { commonFolder } from "../../domain/folders.ts";
import { counted, readableBytes } from "../../domain/readable.ts";
import type { TransferRequest } from "../../transfer/engine.ts";
import type { ActionContext } from "./context.ts";
import type { NoticeActions } from "./notices.ts";

export type Queue = (requests: readonly TransferRequest[], left?: number) => void;

/** Queues files and tells where they go; `left` PENDING file sets were left out. */
export function queueWith({ services, store }: ActionContext, { tell }: NoticeActions): Queue {
  return (requests, left = 0) => {
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
  };
}
