import { existsSync } from "node:fs";
import fs from "node:fs/promises";
import { unlessAborted } from "../../base/abortable.ts";
import { debug } from "../../base/debug.ts";
import { AppError } from "../../base/errors.ts";
import { diskCode, diskError } from "../../files/disk.ts";
import { createFileSpace, type FileSpace } from "../../files/free-space.ts";
import { brokenError, ObjectChanged } from "../../objects/recovery.ts";
import type { TransferFile, TransferRequest } from "../engine.ts";
import { fetchObject } from "../object/object-download.ts";
import type { FetchReport } from "../object/task.ts";
import { dropJournal } from "../part-file/journal.ts";
import { type JournalRead, readJournal } from "../part-file/journal-records.ts";
import { openPartFile, type PartPaths } from "../part-file/part-file.ts";
import type { Follower } from "../verify/tail-verifier.ts";
import {
  type Evidence,
  isNamelessGzip,
  judge,
  questionsFor,
  readHead,
  type Verdict,
} from "../verify/verdict.ts";
import type { FileContext, FileOutcome, FileReport } from "./file-task.ts";

interface Verified extends Verdict {
  bytes: number;
}

/** An object that changes while it is fetched is begun anew so often. */
const beginnings = 3;

/**
 * Fetches a file into its partial file, verifies it, and gives it its final name. Wrong bytes are
 * fetched again, `tries` times in all; then they are removed, as are bytes that the disk may have lost.
 * After any other failure the partial file stays.
 */
export async function saveFile(
  request: TransferRequest,
  path: string,
  paths: PartPaths,
  tries: number,
  context: FileContext,
  report: FileReport,
  signal: AbortSignal,
): Promise<FileOutcome> {
  const { file, directory } = request;
  const left = await readLeft(paths, file, context.boot);
  const { fileId } = file;
  debug("transfer", { file: fileId, resumes: left?.done.bytes() ?? 0, of: file.bytes });
  // The journal of what stands there was removed: it must not come back and tell of these bytes.
  if (left === undefined && existsSync(path)) await context.syncDirectory(directory);
  const part = await openPartFile(paths, context.boot, left);
  let keeps = true;
  try {
    const verified = await fetchVerified();
    await part.close(true);
    await fs.rename(paths.part, path);
    await context.syncDirectory(directory);
    await fs.rm(paths.journal, { force: true });
    return { state: "saved", path, ...verified };
  } catch (thrown) {
    const isGone =
      diskCode(thrown) === "ENOENT" && !existsSync(paths.part) && existsSync(directory);
    keeps &&= part.done().bytes() > 0 && !isWrong(thrown) && !isGone;
    await part.close().catch(() => undefined);
    if (!keeps || !part.isSound()) {
      await removePartial(paths);
      report.stored(0);
    }
    throw isGone ? goneError(request, thrown) : thrown;
  }

  async function fetchVerified(): Promise<Verified> {
    let resumed = left?.head;
    for (let round = 1, beginning = 1; ; ) {
      try {
        return await fetchOnce(resumed);
      } catch (thrown) {
        if (thrown instanceof ObjectChanged) {
          beginning += 1;
          if (beginning > beginnings) {
            throw brokenError(file.name, "the object changed again and again");
          }
        } else if (isWrong(thrown) && round < tries) round += 1;
        else throw thrown;
      }
      debug("transfer", { file: fileId, decides: "begins anew", round, beginning });
      resumed = undefined;
      await part.reset();
      report.fetching();
      report.stored(0);
    }
  }

  async function fetchOnce(resumed: JournalRead["head"] | undefined): Promise<Verified> {
    const asked = questionsFor(file);
    const follower = context.followers.follow(paths.part, asked);
    const space = createFileSpace(request, part.done().bytes(), context.diskSpace);
    try {
      const known = resumed?.bytes ?? file.bytes;
      if (known !== undefined) await space.reserve(known);
      if (resumed !== undefined) part.begin(resumed);
      const fetchReport = reportFor(follower, space);
      fetchReport.stored(part.done().bytes());
      fetchReport.reached(part.done().prefixEnd());
      const task = { file, part, resumed, report: fetchReport };
      const { bytes, hasKnownSize } = await fetchObject(task, context, signal);
      report.verifying();
      const findings = await endUnlessAborted(follower.finish(bytes), signal);
      // One that is listed as empty is what the service has, whatever format its name promises.
      const isEmpty = bytes === 0 && file.bytes === 0;
      const evidence = { asked, findings, hasKnownSize };
      const told = isEmpty ? withoutFormat(evidence) : await withNameless(evidence, bytes);
      return { bytes, ...judge(file, told) };
    } finally {
      space.end();
      await follower.close();
    }
  }

  /** The gzip check of a file whose name did not tell that it is gzip. */
  async function withNameless(evidence: Evidence, bytes: number): Promise<Evidence> {
    if (file.md5 !== undefined) return evidence;
    if (!isNamelessGzip(file.name, await readHead(paths.part))) return evidence;
    const { asked, findings } = evidence;
    const follower = context.followers.follow(paths.part, ["gzip"]);
    try {
      const found = await endUnlessAborted(follower.finish(bytes), signal);
      return { ...evidence, asked: [...asked, "gzip"], findings: { ...findings, ...found } };
    } finally {
      await follower.close();
    }
  }

  function reportFor(follower: Follower, space: FileSpace): FetchReport {
    return {
      async sized(bytes) {
        report.sized(bytes);
        await space.reserve(bytes);
      },
      received: report.received,
      stored(bytes) {
        report.stored(bytes);
        space.stored(bytes);
      },
      reached: follower.upTo,
      waiting: report.waiting,
    };
  }
}

function withoutFormat({ asked, findings: { sha256, md5 }, hasKnownSize }: Evidence): Evidence {
  return {
    asked: asked.filter((question) => question === "sha256" || question === "md5"),
    findings: {
      ...(sha256 === undefined ? {} : { sha256 }),
      ...(md5 === undefined ? {} : { md5 }),
    },
    hasKnownSize,
  };
}

function goneError({ file, directory }: TransferRequest, cause: unknown): AppError {
  return new AppError({
    kind: "disk",
    tried: `Saving ${file.name} in ${directory}`,
    answered: "its partial file is gone",
    advice: "Look what else removes files there, then start it again.",
    code: "ENOENT",
    cause,
  });
}

function isWrong(thrown: unknown): boolean {
  return thrown instanceof AppError && thrown.kind === "integrity";
}

/** Removes a partial file and what stands beside it, but for its lock. */
export async function removePartial(paths: PartPaths): Promise<void> {
  await dropJournal(paths.journal);
  await fs.rm(paths.part, { force: true });
}

/** What an earlier run left of this very file; undefined where it is worth nothing. */
async function readLeft(
  paths: PartPaths,
  file: TransferFile,
  boot: string,
): Promise<JournalRead | undefined> {
  const part = await fs.lstat(paths.part).catch(() => undefined);
  if (part === undefined || !part.isFile()) return undefined;
  const read = readJournal(paths.journal, boot, part.size);
  if (read === undefined || read.done.bytes() === 0) return undefined;
  const { fileId, bytes, md5, etag } = read.head;
  const isSame = fileId === file.fileId && bytes === (file.bytes ?? bytes) && md5 === file.md5;
  // Without a tag or an md5 nothing would tell that the object is another now.
  return isSame && (etag ?? md5) !== undefined ? read : undefined;
}

/** Leaves a verification that nobody waits for any more; its follower is closed by the caller. */
function endUnlessAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const told = work.catch((thrown) => {
    throw diskError(thrown, "Verifying what arrived");
  });
  return unlessAborted(told, signal);
}
