import { Buffer } from "node:buffer";
import fs from "node:fs";
import http from "node:http";
import { syncBuiltinESMExports } from "node:module";
import { basename, resolve } from "node:path";
import { isMainThread, threadId } from "node:worker_threads";

/*
 * Loaded before the built program (NODE_OPTIONS=--import), in each of its threads. Every file operation below
 * CRASH_ROOT is appended to CRASH_LOG: a line of JSON, then the written bytes. An operation is logged after
 * the system has completed it; a sync also when it begins, and a close before it happens, because another
 * file may get the same descriptor right afterwards.
 *
 * CRASH_BOOT replaces the boot id of the machine. CRASH_MS_PER_KB is the number of milliseconds by which the
 * program's clock advances with each kilobyte of a partial file, so that a small file takes long enough for
 * the timed syncs.
 */

const root = resolve(process.env.CRASH_ROOT ?? "/nowhere");
const isRecorded = process.env.CRASH_LOG !== undefined && process.env.CRASH_TRACED === undefined;
const plain = { ...fs, promises: { ...fs.promises } };
const log = isRecorded ? plain.openSync(process.env.CRASH_LOG, "a") : undefined;
const msPerByte = Number(process.env.CRASH_MS_PER_KB ?? 0) / 1024;
let aheadMs = 0;
/** How many files and folders are being opened: a folder is opened only for a sync, so the clock is stopped. */
let opening = 0;
/** Paths by file descriptor, in this thread. */
const opened = new Map();
let syncs = 0;

function tell(record, data) {
  if (log === undefined) return;
  const told = { ...record, ...(isMainThread ? { atMs: aheadMs } : {}) };
  if (data !== undefined) told.bytes = data.length;
  const line = Buffer.from(`${JSON.stringify(told)}\n`);
  plain.writeSync(log, data === undefined ? line : Buffer.concat([line, data]));
}

const isInside = (path) => path === root || path.startsWith(`${root}/`);
const whole = (path) => resolve(path instanceof URL ? path.pathname : String(path));

const { O_APPEND, O_CREAT, O_EXCL, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY } = fs.constants;
const flagsByWord = {
  r: O_RDONLY,
  "r+": O_RDWR,
  w: O_TRUNC | O_CREAT | O_WRONLY,
  wx: O_TRUNC | O_CREAT | O_WRONLY | O_EXCL,
  "w+": O_TRUNC | O_CREAT | O_RDWR,
  a: O_APPEND | O_CREAT | O_WRONLY,
  ax: O_APPEND | O_CREAT | O_WRONLY | O_EXCL,
};

function toldOpen(fd, path, flags) {
  const at = whole(path);
  if (!isInside(at)) return;
  opened.set(fd, at);
  const bits = typeof flags === "number" ? flags : flagsByWord[flags ?? "r"];
  tell({
    op: "open",
    fd,
    path: at,
    creates: (bits & O_CREAT) !== 0,
    truncates: (bits & O_TRUNC) !== 0,
    appends: (bits & O_APPEND) !== 0,
  });
}

function toldClose(fd) {
  if (opened.delete(fd)) tell({ op: "close", fd });
}

function toldWrite(fd, data, at) {
  const path = opened.get(fd);
  if (path === undefined) return;
  if (isMainThread && opening === 0 && path.endsWith(".part")) aheadMs += data.length * msPerByte;
  tell({ op: "write", fd, ...(typeof at === "number" && at >= 0 ? { at } : {}) }, data);
}

/** Logs the beginning of a sync; returns the function that logs its end. */
function toldSync(fd) {
  if (!opened.has(fd)) return () => {};
  syncs += 1;
  const id = `${process.pid}-${threadId}-${syncs}`;
  tell({ op: "sync", fd, id });
  return () => tell({ op: "synced", id });
}

function toldPaths(op, ...paths) {
  const [path, to] = paths.map(whole);
  if (isInside(path)) tell({ op, path, ...(to === undefined ? {} : { to }) });
}

function bytesOf(data, encoding) {
  if (typeof data === "string") return Buffer.from(data, encoding ?? "utf8");
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

/** The arguments of a write call: a text, or part of a buffer, and the position. */
function writing(data, second, third, fourth) {
  if (typeof data === "string") return { bytes: bytesOf(data, third), at: second };
  if (typeof second === "object" && second !== null) {
    const { offset = 0, length = data.byteLength - offset, position } = second;
    return { bytes: bytesOf(data).subarray(offset, offset + length), at: position };
  }
  const offset = second ?? 0;
  const length = third ?? data.byteLength - offset;
  return { bytes: bytesOf(data).subarray(offset, offset + length), at: fourth };
}

/** Replaces a function with a callback, and its synchronous form, by versions that log the operation. */
function follow(name, before) {
  const { [name]: later, [`${name}Sync`]: now } = plain;
  fs[name] = (...words) => {
    const done = words.pop();
    const after = before(words);
    if (name === "open") opening += 1;
    later(...words, (error, ...results) => {
      if (name === "open") opening -= 1;
      if (error === null || error === undefined) after(results[0]);
      done(error, ...results);
    });
  };
  fs[`${name}Sync`] = (...words) => {
    const after = before(words);
    const result = now(...words);
    after(result);
    return result;
  };
}

follow(
  "open",
  ([path, flags]) =>
    (fd) =>
      toldOpen(fd, path, flags),
);
follow("close", ([fd]) => {
  toldClose(fd);
  return () => {};
});
follow("write", ([fd, ...words]) => (bytes) => {
  const what = writing(...words);
  toldWrite(fd, what.bytes.subarray(0, bytes), what.at);
});
follow("writev", ([fd, chunks, at]) => (bytes) => {
  toldWrite(fd, Buffer.concat(chunks.map((chunk) => bytesOf(chunk))).subarray(0, bytes), at);
});
follow("ftruncate", ([fd, size]) => () => {
  if (opened.has(fd)) tell({ op: "truncate", fd, size: size ?? 0 });
});
follow("fsync", ([fd]) => toldSync(fd));
follow("fdatasync", ([fd]) => toldSync(fd));
for (const [name, op] of [
  ["rename", "rename"],
  ["link", "link"],
  ["unlink", "unlink"],
  ["mkdir", "mkdir"],
  ["rmdir", "unlink"],
  ["rm", "remove"],
]) {
  const paths = (words) => words.slice(0, op === "rename" || op === "link" ? 2 : 1);
  follow(name, (words) => () => toldPaths(op, ...paths(words)));
  const promised = plain.promises[name];
  fs.promises[name] = async (...words) => {
    const result = await promised(...words);
    toldPaths(op, ...paths(words));
    return result;
  };
}

fs.writeFileSync = (target, data, options) => {
  const {
    encoding,
    flag = "w",
    mode,
  } = typeof options === "string" ? { encoding: options } : (options ?? {});
  const fd = typeof target === "number" ? target : fs.openSync(target, flag, mode);
  try {
    const bytes = bytesOf(data, encoding);
    for (let at = 0; at < bytes.length; ) at += fs.writeSync(fd, bytes, at);
  } finally {
    if (typeof target !== "number") fs.closeSync(fd);
  }
};
fs.promises.open = async (path, flags, mode) => {
  const handle = await plain.promises.open(path, flags, mode);
  toldOpen(handle.fd, path, flags);
  return handle;
};
fs.promises.writeFile = async (path, data, options) => {
  const handle = await fs.promises.open(path, options?.flag ?? "w", options?.mode);
  try {
    await handle.writeFile(data, options);
  } finally {
    await handle.close();
  }
};

const some = await plain.promises.open("/dev/null");
const fileHandle = Object.getPrototypeOf(some);
await some.close();
const ofHandle = { ...Object.getOwnPropertyDescriptors(fileHandle) };
const plainly = (name, handle, words) => ofHandle[name].value.apply(handle, words);
fileHandle.write = async function write(...words) {
  const result = await plainly("write", this, words);
  const what = writing(...words);
  toldWrite(this.fd, what.bytes.subarray(0, result.bytesWritten), what.at);
  return result;
};
fileHandle.writev = async function writev(chunks, at) {
  const result = await plainly("writev", this, [chunks, at]);
  const all = Buffer.concat(chunks.map((chunk) => bytesOf(chunk)));
  toldWrite(this.fd, all.subarray(0, result.bytesWritten), at);
  return result;
};
fileHandle.writeFile = async function writeFile(data, options) {
  const bytes = bytesOf(data, typeof options === "string" ? options : options?.encoding);
  for (let at = 0; at < bytes.length; ) at += (await this.write(bytes, at)).bytesWritten;
};
for (const name of ["sync", "datasync"]) {
  fileHandle[name] = async function synced() {
    const after = toldSync(this.fd);
    await plainly(name, this, []);
    after();
  };
}
fileHandle.close = function close() {
  toldClose(this.fd);
  return plainly("close", this, []);
};

const { readFileSync } = plain;
fs.readFileSync = (path, ...words) => {
  const isBoot = process.env.CRASH_BOOT !== undefined && basename(String(path)) === "boot_id";
  return isBoot ? process.env.CRASH_BOOT : readFileSync(path, ...words);
};

if (isMainThread && log !== undefined) {
  const now = performance.now.bind(performance);
  performance.now = () => now() + aheadMs;
  for (const stream of ["stdout", "stderr"]) {
    const write = process[stream].write.bind(process[stream]);
    process[stream].write = (text, ...words) => {
      tell({ op: "said", stream, text: String(text) });
      return write(text, ...words);
    };
  }
  const { request } = http;
  http.request = (...words) => {
    const sent = request(...words);
    tell({ op: "request", path: sent.path.replace(/\?.*/, "") });
    return sent;
  };
  process.on("exit", (code) => tell({ op: "exit", code }));
}
syncBuiltinESMExports();
