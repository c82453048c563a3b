import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { bootId } from "../../source/files/process-identity.ts";
import type { SandboxRequest } from "../../source/sandbox/http/origin.ts";
import { bodyDigest, type SandboxFile } from "../../source/sandbox/sandbox.ts";
import { readJournal } from "../../source/transfer/part-file/journal.ts";
import { partPathsOf } from "../../source/transfer/part-file/part-file.ts";
import {
  type ByteSpan,
  createRanges,
  type Ranges,
} from "../../source/transfer/part-file/ranges.ts";
import { smallBytes } from "../../source/transfer/verify/small-files.ts";

/** What kills cost a folder, by the bytes on its disk and the requests to the object store. */
export interface KillLedger {
  /** Files of which bytes were requested that were on disk when the process began. */
  fetchedAgain: string[];
  /** Small files that one process requested twice, although no request failed. */
  requestedTwice: string[];
  /** What the object store had sent to the killed processes and was not on disk afterwards. */
  lost: { files: number; bytes: number; mostFilesInOneKill: number };
  /** Reads the folder before a process begins; the result counts the requests of that process. */
  begin(
    files: ReadonlyMap<string, SandboxFile>,
  ): Promise<(requests: readonly SandboxRequest[]) => void>;
}

export function createKillLedger(directory: string): KillLedger {
  let sent = createSpans();
  const ledger: KillLedger = {
    fetchedAgain: [],
    requestedTwice: [],
    lost: { files: 0, bytes: 0, mostFilesInOneKill: 0 },
    async begin(files) {
      const kept = createSpans();
      for (const name of await readdir(directory).catch((): string[] => [])) {
        const file = files.get(name.replace(/\.part$/, ""));
        if (file !== undefined)
          for (const span of await spansOnDisk(directory, name, file))
            kept.add(file.filename, span);
      }
      countLost(kept);
      return (requests) => count(requests, files, kept);
    },
  };

  function countLost(kept: Spans): void {
    const { lost } = ledger;
    const files = new Set<string>();
    for (const [name, span] of sent.all()) {
      const bytes = span.end - span.first - kept.overlap(name, span);
      if (bytes > 0) files.add(name);
      lost.bytes += bytes;
    }
    lost.files += files.size;
    lost.mostFilesInOneKill = Math.max(lost.mostFilesInOneKill, files.size);
  }

  function count(
    requests: readonly SandboxRequest[],
    files: ReadonlyMap<string, SandboxFile>,
    kept: Spans,
  ): void {
    sent = createSpans();
    for (const { bytesSent, path, place, range } of requests) {
      const name = decodeURIComponent(path.split("/").at(-1) ?? "");
      const bytes = files.get(name)?.bytes;
      if (place !== "objects" || bytes === undefined) continue;
      const span = spanOf(range, bytes);
      if (kept.overlap(name, span) > 0) ledger.fetchedAgain.push(name);
      if (bytes <= smallBytes && sent.has(name)) ledger.requestedTwice.push(name);
      sent.add(name, { first: span.first, end: span.first + bytesSent });
    }
  }

  return ledger;
}

type Spans = ReturnType<typeof createSpans>;

/** Byte ranges of files by name. */
function createSpans() {
  const byName = new Map<string, Ranges>();
  return {
    has: (name: string) => byName.has(name),
    add(name: string, span: ByteSpan) {
      const ranges = byName.get(name) ?? createRanges();
      ranges.add(span);
      byName.set(name, ranges);
    },
    /** How many bytes of the span are known. */
    overlap(name: string, { first, end }: ByteSpan) {
      const missing = (total: number) =>
        (byName.get(name) ?? createRanges())
          .missing(total)
          .reduce((sum, gap) => sum + gap.end - gap.first, 0);
      return end <= first ? 0 : end - first - (missing(end) - missing(first));
    },
    *all(): Generator<[string, ByteSpan]> {
      for (const [name, ranges] of byName) for (const span of ranges.spans()) yield [name, span];
    },
  };
}

/** The final file, a complete part file, or what the journal of a part file has. */
async function spansOnDisk(
  directory: string,
  name: string,
  file: SandboxFile,
): Promise<readonly ByteSpan[]> {
  const whole = [{ first: 0, end: file.bytes }];
  if (name === file.filename) return whole;
  const body = await readFile(join(directory, name));
  const md5 = createHash("md5").update(body).digest("hex");
  if (md5 === (await bodyDigest(file, "md5"))) return whole;
  const { journal } = partPathsOf(join(directory, file.filename));
  return readJournal(journal, bootId(), body.length)?.done.spans() ?? [];
}

/** "bytes=100-" or "bytes=100-199" as a span; without a range, all bytes. */
function spanOf(range: string | undefined, bytes: number): ByteSpan {
  const [, first = "0", last = ""] = /^bytes=(\d+)-(\d*)$/.exec(range ?? "") ?? [];
  return { first: Number(first), end: last === "" ? bytes : Number(last) + 1 };
}
