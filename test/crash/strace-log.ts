import path from "node:path";
import type { Operation } from "./recording.ts";

/** A system call in strace's log: the lines at which it began and ended. */
interface Call {
  name: string;
  words: string;
  result: number;
}

interface Tracing {
  root: string;
  msPerKilobyte: number;
}

/** The operations below `root` in strace's log, in the form of the recorder's log. */
export function readTrace(trace: string, { root, msPerKilobyte }: Tracing): Operation[] {
  const operations: Operation[] = [];
  const opened = new Map<number, string>();
  const begun = new Map<string, string>();
  const syncing = new Map<string, string>();
  let syncs = 0;
  let atMs = 0;

  const isInside = (file: string) => file === root || file.startsWith(`${root}/`);

  const beginSync = (thread: string, fd: number) => {
    if (!opened.has(fd)) return;
    syncs += 1;
    syncing.set(thread, `traced-${syncs}`);
    operations.push({ op: "sync", fd, id: `traced-${syncs}` });
  };

  const endSync = (thread: string, result: number) => {
    const id = syncing.get(thread);
    syncing.delete(thread);
    if (id !== undefined && result === 0) operations.push({ op: "synced", id });
  };

  const write = ({ name, words, result }: Call) => {
    const fd = Number.parseInt(words, 10);
    const file = opened.get(fd);
    if (file === undefined) return;
    const data = Buffer.concat(textsIn(words)).subarray(0, result);
    const at = name.startsWith("p") ? positionIn(name, words) : undefined;
    if (file.endsWith(".part")) atMs += (data.length * msPerKilobyte) / 1024;
    const place = at === undefined ? {} : { at };
    operations.push({ op: "write", fd, ...place, bytes: data.length, atMs, data });
  };

  const open = ({ words, result }: Call) => {
    const [file = ""] = pathsIn(words);
    if (!isInside(file)) return;
    opened.set(result, file);
    operations.push({
      op: "open",
      fd: result,
      path: file,
      creates: words.includes("O_CREAT"),
      truncates: words.includes("O_TRUNC"),
      appends: words.includes("O_APPEND"),
    });
  };

  const close = (words: string) => {
    const fd = Number.parseInt(words, 10);
    if (opened.delete(fd)) operations.push({ op: "close", fd });
  };

  const rename = (op: "rename" | "link", words: string) => {
    const [from = "", to = ""] = pathsIn(words);
    if (isInside(from)) operations.push({ op, path: from, to });
  };

  const change = (op: "unlink" | "mkdir", words: string) => {
    const [file = ""] = pathsIn(words);
    if (isInside(file)) operations.push({ op, path: file });
  };

  const end = (call: Call) => {
    const { name, words, result } = call;
    if (result < 0) return;
    if (name.startsWith("open")) open(call);
    else if (/write/.test(name)) write(call);
    else if (name.startsWith("rename")) rename("rename", words);
    else if (name.startsWith("link")) rename("link", words);
    else if (name.startsWith("unlink") || name === "rmdir") change("unlink", words);
    else if (name.startsWith("mkdir")) change("mkdir", words);
    else if (name === "ftruncate") {
      const [fd = -1, size = 0] = words.split(", ").map(Number);
      if (opened.has(fd)) operations.push({ op: "truncate", fd, size });
    }
  };

  const begin = (thread: string, name: string, words: string) => {
    if (name === "fsync" || name === "fdatasync") beginSync(thread, Number.parseInt(words, 10));
    // Another file may get the same descriptor right afterwards.
    if (name === "close") close(words);
  };

  for (const line of trace.split("\n")) {
    const [, thread = "", told = ""] = /^(\d+) +(.*)$/.exec(line) ?? [];
    const whole = /^(\w+)\((.*)\) += (-?\d+)/.exec(told);
    const first = /^(\w+)\((.*) <unfinished \.\.\.>$/.exec(told);
    const rest = /^<\.\.\. (\w+) resumed>(.*)\) += (-?\d+)/.exec(told);
    if (first !== null) {
      const [, name = "", words = ""] = first;
      begin(thread, name, words);
      begun.set(thread, words);
    }
    const [, name = "", words = "", result = "-1"] = whole ?? rest ?? [];
    if (whole !== null) begin(thread, name, words);
    if (name === "fsync" || name === "fdatasync") endSync(thread, Number(result));
    else if (whole !== null) end({ name, words, result: Number(result) });
    else if (rest !== null) {
      end({ name, words: (begun.get(thread) ?? "") + words, result: Number(result) });
    }
  }
  return operations;
}

/** The last number, except for the flags that pwritev2 has after it. */
function positionIn(name: string, words: string): number {
  return Number(words.split(", ").at(name === "pwritev2" ? -2 : -1));
}

function textsIn(words: string): Buffer[] {
  return [...words.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map(([, text = ""]) =>
    Buffer.from(text.replaceAll("\\x", ""), "hex"),
  );
}

/** The program makes all paths absolute. */
function pathsIn(words: string): string[] {
  return textsIn(words).map((text) => path.resolve(text.toString("utf8")));
}
