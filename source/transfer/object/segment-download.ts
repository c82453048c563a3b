import { diskError, WriteFailure } from "../../files/disk.ts";
import type { FileSpace } from "../../files/free-space.ts";
import type { ConfirmedIdentity } from "../../objects/identity.ts";
import type { OpenObject } from "../../objects/read-object.ts";
import {
  brokenError,
  corruptError,
  fetchingWords,
  ObjectChanged,
  sizeError,
} from "../../objects/recovery.ts";
import type { TransferFile } from "../engine.ts";
import type { Emit } from "../events.ts";
import type { PartFile } from "../part-file/part-file.ts";
import type { Verifier } from "../verify/tail-verifier.ts";
import { type BodyFlow, type BodySink, writeBody } from "./body-writer.ts";
import type { Segment } from "./segment-plan.ts";

export interface DownloadTask {
  file: TransferFile;
  part: PartFile;
  /** Identity of the object in the part file of an earlier run. */
  resumed: Omit<ConfirmedIdentity, "kind"> | undefined;
  space: FileSpace;
  verifier: Pick<Verifier, "advance">;
  emit: Emit;
}

/** Stands for the end of an object of unknown size. */
export const endless = Number.MAX_SAFE_INTEGER;

/**
 * Writes the body of a segment and resolves with the position reached; `objectBytes` is called after the
 * body ends. Rejects if the body is shorter than its segment, longer than the object, or not writable.
 */
export async function writeSegment(
  { file, part, emit, space, verifier }: DownloadTask,
  segment: Segment,
  object: OpenObject,
  objectBytes: () => number | undefined,
  flow: Omit<BodyFlow, "release" | "skip">,
): Promise<number> {
  const sink: BodySink = {
    write: part.write,
    written(first, end) {
      part.written(first, end);
      const bytes = part.done().bytes();
      emit({ kind: "stored", bytes });
      space.stored(bytes);
      verifier.advance(part.done().prefixEnd());
    },
  };
  const skip = segment.first - object.first;
  const reached = await writeBody(object.stream, sink, segment, {
    ...flow,
    skip,
    release: object.release,
  }).catch((thrown) => {
    throw thrown instanceof WriteFailure ? diskError(thrown.cause, `Saving ${file.name}`) : thrown;
  });
  checkEnd(file, segment, object, objectBytes() ?? endless, reached);
  return reached;
}

function checkEnd(
  { bytes: listedBytes, name }: TransferFile,
  segment: Segment,
  object: OpenObject,
  objectBytes: number,
  reached: number,
): void {
  const receivedBytes = object.receivedBytes();
  if (object.status === 200 && receivedBytes > objectBytes) {
    // Without an announced length only the extra bytes reveal a changed object.
    if (listedBytes === undefined) throw new ObjectChanged();
    throw corruptError(name, `it has more than the ${listedBytes} bytes that the service lists`);
  }
  if (reached >= segment.end || segment.end === endless) return;
  if (object.isChunked && listedBytes !== undefined) {
    throw sizeError(name, receivedBytes, listedBytes);
  }
  const missing = segment.end - reached;
  throw brokenError(fetchingWords(name), `${missing} bytes of the answer are missing`);
}

/** Makes the object resumable by a later run. */
export function beginJournal(
  { file, part }: DownloadTask,
  bytes: number,
  etag: string | undefined,
): void {
  const { fileId, md5, name } = file;
  try {
    part.begin({ version: 1, fileId, bytes, etag, md5 });
  } catch (thrown) {
    throw diskError(thrown, `Saving ${name}`);
  }
}
