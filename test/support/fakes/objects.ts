import { Readable } from "node:stream";
import { AppError } from "../../../source/base/errors.ts";
import { Secret } from "../../../source/base/secret.ts";
import type { ObjectBody, ObjectRequest, ObjectSource } from "../../../source/objects/source.ts";
import { openPreview } from "../../../source/preview/open-preview.ts";
import type { Preview, PreviewFile } from "../../../source/preview/preview.ts";

/** An object store in memory, by file id. What is not put there does not exist. */
export class FakeObjects implements ObjectSource {
  readonly objects = new Map<string, Buffer>();
  /** Ranges that were asked for, as first and last byte. */
  readonly asked: [first: number, last: number][] = [];
  /** Paths of files that were to be read from disk. */
  readonly paths: string[] = [];
  /** While it is set, answers wait for it. */
  held: Promise<void> | undefined;
  /** Requests that were ended while their answers were held. */
  ended = 0;

  async locate(fileId: string): Promise<Secret> {
    return new Secret(fileId);
  }

  async open({ range, signal, url }: ObjectRequest): Promise<ObjectBody> {
    const { first = 0, last = Number.MAX_SAFE_INTEGER } = range ?? {};
    this.asked.push([first, last]);
    if (this.held) signal.addEventListener("abort", () => (this.ended += 1), { once: true });
    await this.held;
    signal.throwIfAborted();
    const body = this.objects.get(url.reveal());
    if (body === undefined) {
      throw new AppError({
        kind: "service",
        tried: "Fetching from the object store",
        answered: 'the object store answered 404, "NoSuchKey"',
        requestId: "R1",
        status: 404,
      });
    }
    const part = body.subarray(first, last + 1);
    return {
      release: () => undefined,
      status: 206,
      etag: '"1"',
      first,
      objectBytes: body.length,
      stream: Readable.from(part.length > 0 ? [part] : []),
    };
  }

  openPreview = (file: PreviewFile & { path?: string }, signal: AbortSignal): Promise<Preview> => {
    if (file.path !== undefined) this.paths.push(file.path);
    return openPreview(file, { source: this, stallTimeoutMs: 60_000, retryDelayMs: 1 }, signal);
  };
}
