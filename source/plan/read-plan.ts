import { createHash } from "node:crypto";
import fs from "node:fs";
import * as v from "valibot";
import { AppError, errnoOf } from "../base/errors.ts";
import { parseJson } from "../base/json.ts";
import { unlessAborted } from "../base/waiting.ts";
import { fileNameKey } from "../domain/file-name.ts";
import { readableCount } from "../domain/readable.ts";
import { diskError } from "../files/disk.ts";
import {
  noId,
  type Plan,
  type PlanHead,
  type PlannedFile,
  planHeadShape,
  plannedFileShape,
  planVersion,
} from "./plan.ts";

/** Bytes or text as they arrive. */
type Chunks = AsyncIterable<Buffer | string>;

/**
 * Reads a whole plan from the file at `path`, or from `stdin` for `-`. Rejects with an AppError: usage if it
 * cannot be opened or is damaged, so that nothing is done by a part of a plan.
 */
export async function openPlan(path: string, stdin: Chunks, signal: AbortSignal): Promise<Plan> {
  const tried = `Reading the plan ${path === "-" ? "on standard input" : path}`;
  try {
    const plan = readPlan(path === "-" ? stdin : chunksOf(path), signal);
    return await unlessAborted(plan, signal);
  } catch (thrown) {
    signal.throwIfAborted();
    if (thrown instanceof DamagedPlan) throw damagedError(tried, thrown);
    if (["ENOENT", "ENOTDIR", "EISDIR", "EACCES"].includes(errnoOf(thrown) ?? ""))
      throw unreadableError(tried, thrown);
    throw diskError(thrown, tried);
  }
}

/** Opens the file once it is read, so that nothing has to close it before. */
async function* chunksOf(path: string): AsyncGenerator<Buffer> {
  yield* fs.createReadStream(path);
}

/** Rejects with DamagedPlan, or with the error of the chunks. */
export async function readPlan(chunks: Chunks, signal?: AbortSignal): Promise<Plan> {
  const reader = createPlanReader();
  let rest = Buffer.alloc(0);
  for await (const chunk of chunks) {
    signal?.throwIfAborted();
    let text = Buffer.concat([rest, Buffer.from(chunk)]);
    for (let end = text.indexOf(newline); end >= 0; end = text.indexOf(newline)) {
      reader.add(text.subarray(0, end + 1));
      text = text.subarray(end + 1);
    }
    if (text.length > longestLine) throw new DamagedPlan("a line of it is too long");
    rest = text;
  }
  if (rest.length > 0) reader.cut(rest);
  return reader.end();
}

const newline = "\n".charCodeAt(0);

/** An address takes a few kilobytes at most. */
const longestLine = 64 * 1024;

/** Why a text is not a whole plan: the end of a sentence. */
class DamagedPlan extends Error {
  override readonly name = "DamagedPlan";
  readonly advice: string;

  constructor(answered: string, advice = "Make the plan again, or copy it again.") {
    super(answered);
    this.advice = advice;
  }
}

function createPlanReader() {
  const digest = createHash("sha256");
  const files: PlannedFile[] = [];
  const lineByName = new Map<string, number>();
  let head: PlanHead | undefined;

  const addFile = (line: Buffer) => {
    const number = files.length + 2;
    const read = v.safeParse(plannedFileShape, parseJson(line.toString("utf8")));
    if (!read.success) throw new DamagedPlan(`line ${number} ${problemOf(read.issues[0])}`);
    const key = fileNameKey(read.output.name);
    const other = lineByName.get(key);
    if (other !== undefined)
      throw new DamagedPlan(`line ${number} has the same name as line ${other}`);
    lineByName.set(key, number);
    files.push(read.output);
    digest.update(line);
  };

  return {
    /** With its end. */
    add(line: Buffer) {
      if (head !== undefined) return addFile(line);
      head = readHead(line);
      digest.update(line.toString("latin1").replace(head.id, noId), "latin1");
    },
    /** A last line without its end. */
    cut(line: Buffer) {
      if (head === undefined) readHead(line);
      throw new DamagedPlan("its last line is cut off");
    },
    end(): Plan {
      if (head === undefined) throw new DamagedPlan("it is empty");
      const { files: expected, bytes, id } = head;
      if (files.length < expected)
        throw new DamagedPlan(
          `it ends after ${readableCount(files.length)} of ${readableCount(expected)} files`,
        );
      const sum = files.reduce((total, { size }) => total + (size ?? 0), 0);
      if (files.length > expected || sum !== bytes || digest.digest("hex") !== id)
        throw new DamagedPlan(
          "its content does not match its id: it was changed after it was made",
        );
      return { head, files };
    },
  };
}

const versioned = v.object({ version: v.number(), id: v.string() });

function readHead(line: Buffer): PlanHead {
  const value = parseJson(line.toString("utf8"));
  const read = v.safeParse(planHeadShape, value);
  if (read.success) return read.output;
  const other = v.safeParse(versioned, value);
  if (other.success && other.output.version !== planVersion) {
    const { version } = other.output;
    throw new DamagedPlan(
      `it has version ${version}, and this cfs reads version ${planVersion}`,
      "Make the plan with this version of cfs, or use the version that made it.",
    );
  }
  throw new DamagedPlan("its first line is not that of a plan", "Make one with cfs plan.");
}

/** "has no size", "has a name that is not safe …". */
function problemOf(issue: v.GenericIssue): string {
  const place = v.getDotPath(issue);
  if (place === null) return "is not a file of a plan";
  if (issue.received === "undefined") return `has no ${place}`;
  return issue.kind === "validation" && issue.type === "check"
    ? `has a ${place} that ${issue.message}`
    : `has a ${place} that is damaged`;
}

function damagedError(tried: string, { message: answered, advice }: DamagedPlan): AppError {
  return new AppError({ kind: "usage", tried, answered, advice });
}

function unreadableError(tried: string, cause: unknown): AppError {
  const problems: Readonly<Record<string, string>> = {
    EISDIR: "it is a folder",
    EACCES: "permission was denied",
  };
  const answered = problems[errnoOf(cause) ?? ""] ?? "the file does not exist";
  return new AppError({
    kind: "usage",
    tried,
    answered,
    advice: "Give the file that cfs plan was written to, or - for standard input.",
    cause,
  });
}
