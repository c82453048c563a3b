import type { Readable } from "node:stream";

/** Decides whether the body is read on; the body is paused until a promise resolves. */
type Take = (chunk: Buffer) => boolean | Promise<boolean>;

/**
 * Passes the chunks of a paused body to `take`. Resolves when `take` returns false and at the end of the body;
 * rejects with the error of either.
 */
export function takeChunks(stream: Readable, take: Take): Promise<void> {
  return new Promise((resolve, reject) => {
    let isOver = false;
    const finish = () => {
      isOver = true;
      resolve();
    };
    const fail = (thrown: unknown) => {
      isOver = true;
      reject(thrown);
    };
    const proceed = (wantsMore: boolean) => {
      if (!wantsMore) finish();
      else if (!isOver) stream.resume();
    };
    if (stream.destroyed) {
      // It failed before the listeners were attached, so no event will follow.
      fail(stream.errored ?? new Error("the answer ended early"));
      return;
    }
    stream.on("data", (chunk: Buffer) => {
      if (isOver) return;
      try {
        const taken = take(chunk);
        if (taken === true) return;
        stream.pause();
        if (taken === false) finish();
        else taken.then(proceed, fail);
      } catch (thrown) {
        fail(thrown);
      }
    });
    stream.on("end", finish);
    stream.on("error", fail);
    stream.on("close", () => fail(new Error("the answer ended early")));
    stream.resume();
  });
}
