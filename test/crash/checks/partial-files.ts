import path from "node:path";
import { readJournal } from "../../../source/transfer/part-file/journal.ts";
import { type ByteSpan, createRanges } from "../../../source/transfer/part-file/ranges.ts";
import type { Tree } from "../disk-model.ts";
import { type Check, type CheckParts, putFile } from "./check.ts";

/** The first write to a file this long after its last sync began starts another sync. */
const syncEveryMs = 5_000;
/** The clock is stopped while files are synced, except for the time between two steps. */
const syncLastsMs = 3_000;

const suffix = ".part";
const journalSuffix = `${suffix}.journal`;

/** A journal claims only bytes that arrived, and all that arrived some seconds ago. */
export function createPartialFiles({ disk, facts, scratch }: CheckParts): Check {
  const { folder, finals, wrong } = facts;
  const copy = path.join(scratch, "journal");
  /** Final names of files that had a journal; unpacked files have none and are not resumed. */
  const journaled = new Set<string>();
  const nameOf = (part: string) => path.relative(folder, part.slice(0, -suffix.length));

  /** The bytes of the partial file at `part` that the tree still has. */
  const keptIn = (
    { files }: Tree,
    part: string,
  ): { content: Buffer; spans: readonly ByteSpan[] } => {
    const content = files.get(part)?.() ?? Buffer.alloc(0);
    for (const end of ["", ".new"])
      putFile(`${copy}${end}`, files.get(`${part}.journal${end}`)?.());
    // The reader drops each claim beyond the part file, which it could not do if claims were merged first.
    const read = readJournal(copy, "another start of the machine", content.length);
    return { content, spans: read?.done.spans() ?? [] };
  };

  const problemOfClaims = (name: string, { content, spans }: ReturnType<typeof keptIn>) => {
    const came = [...(finals.get(name) ?? []), ...(wrong.get(name) ?? [])];
    const isRight = ({ first, end }: ByteSpan) =>
      came.some((body) => body.subarray(first, end).equals(content.subarray(first, end)));
    const claim = spans.find((span) => !isRight(span));
    return claim && `the journal of ${name} claims ${claim.first} to ${claim.end} wrongly`;
  };

  /** The lost bytes of the file at `file`, which is or was the partial one, that had to be synced by now. */
  const problemOfLoss = (file: string, name: string, { spans }: ReturnType<typeof keptIn>) => {
    const ranges = createRanges(spans);
    const keptBytes = ranges.bytes();
    for (const span of disk.due(file, syncEveryMs, syncLastsMs)) ranges.add(span);
    const lost = ranges.bytes() - keptBytes;
    return lost > 0 ? `${lost} bytes of ${name} had to be synced and are lost` : undefined;
  };

  const isOneVersion = (name: string) => finals.get(name)?.length === 1;

  const problemOfPart = (tree: Tree, part: string): string | undefined => {
    const name = nameOf(part);
    const kept = keptIn(tree, part);
    const problem = problemOfClaims(name, kept);
    const isFinished = tree.files.has(path.join(folder, name)) && isOneVersion(name);
    const hasJournal = disk.contentNow(`${part}.journal`) !== undefined;
    return problem !== undefined || isFinished || !hasJournal
      ? problem
      : problemOfLoss(part, name, kept);
  };

  /** A file that had its final name, but lost it in the power loss, is resumed. */
  const problemOfFinal = (tree: Tree, name: string): string | undefined => {
    const final = path.join(folder, name);
    if (!journaled.has(final) || tree.files.has(final) || !isOneVersion(name)) return undefined;
    return problemOfLoss(final, name, keptIn(tree, `${final}${suffix}`));
  };

  const parts = () =>
    [...disk.now().files.keys()].filter(
      (file) => file.endsWith(suffix) && finals.has(nameOf(file)),
    );

  return {
    follow(operation) {
      if (operation.op === "rename" && operation.to.endsWith(journalSuffix))
        journaled.add(operation.to.slice(0, -journalSuffix.length));
      // After a clean restart of the machine only the claims of the journal count.
      if (operation.op !== "ended" || !operation.restart) return;
      for (const part of parts()) disk.cameBefore(part, keptIn(disk.now(), part).spans);
    },
    problemOf(tree) {
      for (const part of parts()) {
        const problem = problemOfPart(tree, part);
        if (problem !== undefined) return problem;
      }
      for (const name of finals.keys()) {
        const problem = problemOfFinal(tree, name);
        if (problem !== undefined) return problem;
      }
      return undefined;
    },
  };
}
