import childProcess from "node:child_process";
import crypto from "node:crypto";
import dns from "node:dns";
import fs from "node:fs";
import http from "node:http";
import https from "node:https";
import { syncBuiltinESMExports } from "node:module";
import os from "node:os";
import { basename } from "node:path";
import tls from "node:tls";
import tty from "node:tty";
import { getSystemErrorMap } from "node:util";
import workerThreads, { isMainThread } from "node:worker_threads";
import zlib from "node:zlib";

/*
 * Loaded before the built program (NODE_OPTIONS=--import), in each of its threads. It makes system calls
 * fail, as one of two variables specifies:
 *
 * DISK_FAULTS is a JSON list of orders: { call, path, after?, times?, code? | signal? }. Disk calls of that
 * kind whose path matches the regular expression fail with that code: `times` of them, after the first
 * `after`. With `signal`, the process gets that signal just before such a call, once, from the first thread
 * to reach it. The code SHORT is not a failure: the system writes only half of the bytes.
 *
 * FAULT_SITES is a JSON list of { keys, code, nth?, mark }: the nth call (default: the first) at a call site
 * with one of these keys fails with that code, once in all threads together, and the file `mark` is created.
 * FAULT_LOG is a file to which a JSON line is appended for each call that could fail, with its key: the
 * function and the places of the program that led to it.
 *
 * FAULT_BOOT replaces the boot id.
 */

const orders = JSON.parse(process.env.DISK_FAULTS ?? "[]").map((order) => ({ ...order, seen: 0 }));
const faults = JSON.parse(process.env.FAULT_SITES ?? "[]").map(({ keys, ...fault }) => ({
  ...fault,
  keys: new Set(keys),
  seen: 0,
}));
const plain = { ...fs, promises: { ...fs.promises } };
const { kill } = process;
const log = process.env.FAULT_LOG && plain.openSync(process.env.FAULT_LOG, "a");
const followsSites = faults.length > 0 || log !== undefined;

/** True in the first thread that asks; the threads of a process share only the file system. */
function isFirst(mark) {
  try {
    plain.closeSync(plain.openSync(mark, "wx"));
    return true;
  } catch {
    return false;
  }
}

const messages = new Map(
  [...getSystemErrorMap()].map(([errno, [name, text]]) => [name, { errno, text }]),
);

function failure(code, call, path) {
  const { errno, text = "injected" } = messages.get(code) ?? {};
  const where = path === undefined ? "" : ` '${path}'`;
  const error = new Error(`${code}: ${text}, ${call}${where}`);
  return Object.assign(error, { code, syscall: call }, errno && { errno }, path && { path });
}

function pathOf(target) {
  if (typeof target !== "number") return target === undefined ? undefined : String(target);
  try {
    return plain.readlinkSync(`/proc/self/fd/${target}`);
  } catch {
    return "";
  }
}

/** The names that orders use. */
const groups = {
  open: "open",
  close: "close",
  readdir: "readdir",
  readFile: "read",
  write: "write",
  writev: "write",
  writeFile: "write",
  fsync: "sync",
  fdatasync: "sync",
  sync: "sync",
  datasync: "sync",
  rename: "rename",
  rm: "unlink",
  unlink: "unlink",
  mkdir: "mkdir",
  mkdtemp: "mkdir",
};

/** The code with which an order makes a disk call fail. */
function ordered(name, target) {
  const call = groups[name];
  if (orders.length === 0 || call === undefined) return undefined;
  const path = pathOf(target);
  for (const order of orders) {
    if (order.call !== call || !new RegExp(order.path).test(path)) continue;
    // It writes the rest itself.
    if (order.code === "SHORT" && name === "writeFile") continue;
    order.seen += 1;
    const hit = order.seen - (order.after ?? 0);
    if (hit < 1 || hit > (order.times ?? Number.POSITIVE_INFINITY)) continue;
    if (order.signal === undefined) return order.code;
    if (hit === 1 && isFirst(`${process.env.SIGNAL_MARK}-${process.pid}`))
      kill.call(process, process.pid, order.signal);
  }
  return undefined;
}

const frame = /file:\/\/(\S+\.c?js:\d+:\d+)\)?$/;

/** The places of the program on the stack, the innermost first, without its folder. */
function places() {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 40;
  const { stack } = new Error("where");
  Error.stackTraceLimit = stackTraceLimit;
  return stack.split("\n").flatMap((line) => {
    const [, place] = frame.exec(line) ?? [];
    return place === undefined ? [] : basename(place);
  });
}

/** Calls that Node's functions make internally are not call sites. */
let isInside = false;

/** The code with which this call must fail; a call without a place of the program on the stack is not the program's. */
function codeFor(name, kind = name) {
  if (!followsSites || isInside) return undefined;
  const at = places();
  if (at.length === 0) return undefined;
  const key = [name, ...at].join("|");
  if (log !== undefined) plain.writeSync(log, `${JSON.stringify({ name, kind, at })}\n`);
  for (const fault of faults) {
    if (!fault.keys.has(key)) continue;
    fault.seen += 1;
    if (fault.seen >= (fault.nth ?? 1) && isFirst(fault.mark)) return fault.code;
  }
  return undefined;
}

function unwatched(work) {
  const before = isInside;
  isInside = true;
  try {
    return work();
  } finally {
    isInside = before;
  }
}

const { O_CREAT, O_EXCL, O_RDWR, O_WRONLY } = fs.constants;

/** Opening a file to read, to write and to create it fails with different codes. */
function kindOfOpen(flags = "r") {
  const bits = typeof flags === "number" ? flags : 0;
  if (/x/.test(flags) || (bits & O_EXCL) !== 0) return "open to make";
  return /[wa+]/.test(flags) || (bits & (O_CREAT | O_WRONLY | O_RDWR)) !== 0
    ? "open to write"
    : "open to read";
}

function kindOf(base, words) {
  if (base === "open") return kindOfOpen(words[1]);
  if (base === "writeFile")
    return typeof words[0] === "number" ? "write all" : kindOfOpen(words[2]?.flag ?? "w");
  return base;
}

/** The arguments with which the system writes only half of the bytes. */
function halved(base, words) {
  const [fd, data, ...others] = words;
  if (base === "writev") return [fd, [halfOf(data[0])], ...others];
  if (typeof data === "string") return [fd, data.slice(0, Math.ceil(data.length / 2)), ...others];
  const [offset, length = data.byteLength - offset, ...rest] = others;
  if (typeof offset !== "number") return [fd, halfOf(data), ...others];
  return [fd, data, offset, Math.ceil(length / 2), ...rest];
}

function halfOf(data) {
  return data.subarray(0, Math.ceil(data.byteLength / 2));
}

/** A failed close closes the file nevertheless. */
const closes = (base) => base === "close";

function failSync(base) {
  const name = `${base}Sync`;
  const original = plain[name];
  fs[name] = Object.assign((...words) => {
    const code = ordered(base, words[0]) ?? codeFor(`fs.${name}`, kindOf(base, words));
    if (code === "SHORT") return original(...halved(base, words));
    if (code === undefined) return unwatched(() => original(...words));
    if (closes(base)) original(...words);
    throw failure(code, base, pathOf(words[0]));
  }, original);
}

function failLater(base) {
  const original = plain[base];
  fs[base] = Object.defineProperties((...words) => {
    const code = ordered(base, words[0]) ?? codeFor(`fs.${base}`, kindOf(base, words));
    if (code === "SHORT") return original(...halved(base, words.slice(0, -1)), words.at(-1));
    if (code === undefined) return unwatched(() => original(...words));
    const error = failure(code, base, pathOf(words[0]));
    if (closes(base)) return original(...words.slice(0, -1), () => words.at(-1)(error));
    process.nextTick(words.at(-1), error);
  }, Object.getOwnPropertyDescriptors(original));
}

function failPromise(base) {
  const original = plain.promises[base];
  fs.promises[base] = async (...words) => {
    const code = ordered(base, words[0]) ?? codeFor(`promises.${base}`, kindOf(base, words));
    if (code !== undefined) throw failure(code, base, pathOf(words[0]));
    return await unwatched(() => original(...words));
  };
}

const names = [
  ...["access", "chmod", "close", "copyFile", "fchmod", "fdatasync", "fstat", "fsync", "ftruncate"],
  ...["link", "lstat", "mkdir", "mkdtemp", "open", "read", "readdir", "readFile", "readlink"],
  ...["realpath", "rename", "rm", "rmdir", "stat", "statfs", "symlink", "truncate", "unlink"],
  ...["utimes", "write", "writeFile", "writev"],
];
for (const name of names) {
  failSync(name);
  failLater(name);
  if (Object.hasOwn(plain.promises, name)) failPromise(name);
}

// existsSync returns false for any error.
fs.existsSync = (path) =>
  codeFor("fs.existsSync") === undefined && unwatched(() => plain.existsSync(path));

const opened = await plain.promises.open("/dev/null");
const fileHandle = Object.getPrototypeOf(opened);
await opened.close();
const handleKinds = { sync: "fsync", datasync: "fdatasync", stat: "fstat", writeFile: "write all" };
for (const name of [
  ...["appendFile", "chmod", "datasync", "read", "readFile", "stat", "sync", "truncate"],
  ...["write", "writeFile", "writev"],
]) {
  const original = fileHandle[name];
  fileHandle[name] = async function failing(...words) {
    const code = ordered(name, this.fd) ?? codeFor(`handle.${name}`, handleKinds[name] ?? name);
    if (code === undefined) return await original.apply(this, words);
    const error = failure(code, name);
    if (code === "SHORT")
      return await original.apply(this, halved(name, [undefined, ...words]).slice(1));
    throw error;
  };
}

/** Each handle has its own copy of this function. */
function failClose(handle) {
  const { close } = handle;
  handle.close = async () => {
    const code = codeFor("handle.close", "close");
    await close();
    if (code !== undefined) throw failure(code, "close");
  };
  return handle;
}
const { open } = fs.promises;
fs.promises.open = async (...words) => failClose(await open(...words));

/** Node makes some of its functions read-only. */
function put(holder, name, value) {
  Object.defineProperty(holder, name, {
    value,
    configurable: true,
    enumerable: true,
    writable: true,
  });
}

/** Fails a new stream a little later, as the system would. */
function failStream(holder, name, kind = name) {
  const original = holder[name];
  put(holder, name, (...words) => {
    const code = codeFor(name, kind);
    if (code === "ERR_ZLIB_INITIALIZATION_FAILED")
      throw Object.assign(new Error("Initialization failed"), { code });
    const stream = unwatched(() => original(...words));
    if (code !== undefined) process.nextTick(() => stream.destroy(failure(code, name)));
    return stream;
  });
}
failStream(fs, "createReadStream");
failStream(fs, "createWriteStream");
for (const name of ["createGunzip", "createInflateRaw", "createInflate", "createUnzip"])
  failStream(zlib, name, "unpack");

function failNow(holder, name, kind = name, call = name) {
  const original = holder[name];
  put(holder, name, function failing(...words) {
    const code = codeFor(name, kind);
    if (code !== undefined) throw failure(code, call);
    return original.apply(this, words);
  });
}
for (const name of ["createHash", "randomBytes", "randomUUID"]) failNow(crypto, name);
for (const name of ["inflateRawSync", "gunzipSync"]) failNow(zlib, name, "unpack");
for (const name of ["hostname", "uptime", "userInfo"]) failNow(os, name);
failNow(process, "cwd", "cwd", "uv_cwd");
failNow(process, "kill");
failNow(tls, "createSecureContext");
failNow(tty.ReadStream.prototype, "setRawMode");

function failConstructor(holder, name) {
  const Original = holder[name];
  holder[name] = new Proxy(Original, {
    construct(target, words, newTarget) {
      const code = codeFor(`new ${name}`);
      if (code === undefined) return Reflect.construct(target, words, newTarget);
      const error = failure(code, name);
      if (!code.endsWith("_LATER")) throw error;
      const made = Reflect.construct(target, words, newTarget);
      dieLater(made, code);
      return made;
    },
  });
}

/** A thread that ends, with an error or without one, when it gets its first job. */
function dieLater(worker, code) {
  const { postMessage } = worker;
  worker.postMessage = (...words) => {
    worker.postMessage = postMessage;
    const memory = "Worker terminated due to reaching memory limit: JS heap out of memory";
    const error = Object.assign(new Error(memory), { code: "ERR_WORKER_OUT_OF_MEMORY" });
    setImmediate(() => {
      if (code !== "ENDS_LATER") worker.emit("error", error);
      worker.terminate();
    });
    return postMessage.apply(worker, words);
  };
}
failConstructor(workerThreads, "Worker");
failConstructor(crypto, "X509Certificate");

const { lookup } = dns.promises;
dns.promises.lookup = async (...words) => {
  const code = codeFor("lookup");
  if (code !== undefined) throw failure(code, "getaddrinfo");
  return await lookup(...words);
};

for (const name of ["spawn", "execFile"]) {
  const original = childProcess[name];
  const failing = (...words) => {
    const code = codeFor(name, "start");
    if (code === undefined) return unwatched(() => original(...words));
    const error = failure(code, `spawn ${words[0]}`);
    const absent = unwatched(() => original("/dev/null/absent", ...words.slice(1)));
    const { emit } = absent;
    absent.emit = (event, ...facts) =>
      emit.call(absent, event, ...(event === "error" ? [error] : facts));
    return absent;
  };
  childProcess[name] = Object.defineProperties(failing, Object.getOwnPropertyDescriptors(original));
}

/** The point of a request at which its connection breaks. */
function breakConnection(request, code) {
  const [errno, moment] = code.split("@");
  const error = failure(errno, moment === undefined ? "connect" : "read");
  if (moment === undefined) process.nextTick(() => request.destroy(error));
  if (moment === "answer") request.once("finish", () => request.destroy(error));
  if (moment === "body")
    request.once("response", (response) =>
      response.once("data", () => request.socket.destroy(error)),
    );
}
for (const module of [http, https]) {
  const { request } = module;
  module.request = (...words) => {
    const code = codeFor("request");
    // The request to a proxy is made inside the request that it forwards.
    const made = request(...words);
    if (code !== undefined) breakConnection(made, code);
    return made;
  };
}

function failOutput(name) {
  const stream = process[name];
  const write = stream.write;
  stream.write = function failing(...words) {
    const code = codeFor(`${name}.write`, "output");
    if (code !== undefined)
      stream._write = (_chunk, _encoding, done) => {
        delete stream._write;
        done(failure(code, "write"));
      };
    return unwatched(() => write.apply(stream, words));
  };
}

const { readFileSync } = fs;
fs.readFileSync = (path, ...words) => {
  const boot = process.env.FAULT_BOOT;
  return boot !== undefined && basename(String(path)) === "boot_id"
    ? boot
    : readFileSync(path, ...words);
};

if (isMainThread && followsSites) {
  failOutput("stdout");
  failOutput("stderr");
  const root = process.env.FAULT_ROOT;
  if (log !== undefined && root !== undefined) {
    process.on("exit", () => {
      for (const fd of plain.readdirSync("/proc/self/fd")) {
        const path = pathOf(Number(fd));
        if (path.startsWith(root)) plain.writeSync(log, `${JSON.stringify({ open: path })}\n`);
      }
    });
  }
}
syncBuiltinESMExports();
