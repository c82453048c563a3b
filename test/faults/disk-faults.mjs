import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { threadId } from "node:worker_threads";

/*
 * Loaded before the built program (NODE_OPTIONS=--import), in each of its threads. DISK_FAULTS holds orders as
 * JSON: { call, path, after?, times?, code? | signal? }. The calls of that kind on a path that fits (a
 * regular expression) fail with that code of the system, `times` of them, after the first `after`; or the
 * process gets that signal just before such a call, once, whichever thread is the first. With SKIP_DELAYS=1
 * waits between tries take no time.
 */

const orders = JSON.parse(process.env.DISK_FAULTS ?? "[]").map((order) => ({ ...order, seen: 0 }));

// All waits are jittered by half: this takes the other half too.
if (process.env.SKIP_DELAYS === "1") Math.random = () => -1;

function pathOf(target) {
  if (typeof target !== "number") return String(target);
  try {
    return fs.readlinkSync(`/proc/self/fd/${target}`);
  } catch {
    return "";
  }
}

const { openSync, closeSync } = fs;

/** True in the first thread that asks; the threads of a process share nothing but the file system. */
function isFirst() {
  try {
    closeSync(openSync(`${process.env.SIGNAL_MARK}-${process.pid}`, "wx"));
    return true;
  } catch {
    return false;
  }
}

/** The error that this call is to fail with, if it is. */
function meet(call, target) {
  const path = pathOf(target);
  for (const order of orders) {
    if (order.call !== call || !new RegExp(order.path).test(path)) continue;
    order.seen += 1;
    const hit = order.seen - (order.after ?? 0);
    if (hit < 1 || hit > (order.times ?? Number.POSITIVE_INFINITY)) continue;
    if (order.signal !== undefined) {
      if (hit === 1 && isFirst()) process.kill(process.pid, order.signal);
      continue;
    }
    const error = new Error(`${order.code}: injected, ${call} '${path}' (thread ${threadId})`);
    return Object.assign(error, { code: order.code, syscall: call, path });
  }
  return undefined;
}

function failCallback(holder, name, call) {
  const plain = holder[name];
  holder[name] = (...words) => {
    const error = meet(call, words[0]);
    if (error === undefined) return plain(...words);
    process.nextTick(words.at(-1), error);
  };
}

function failSync(holder, name, call) {
  const plain = holder[name];
  holder[name] = (...words) => {
    const error = meet(call, words[0]);
    if (error !== undefined) throw error;
    return plain(...words);
  };
}

function failPromise(holder, name, call, targetOf = (_, words) => words[0]) {
  const plain = holder[name];
  holder[name] = async function failing(...words) {
    const error = meet(call, targetOf(this, words));
    if (error !== undefined) throw error;
    return await plain.apply(this, words);
  };
}

const opened = await fs.promises.open("/dev/null");
const fileHandle = Object.getPrototypeOf(opened);
await opened.close();
const ofHandle = ({ fd }) => fd;

const calls = {
  open: ["open"],
  write: ["write", "writev"],
  sync: ["fsync", "fdatasync"],
  rename: ["rename"],
  unlink: ["rm", "unlink"],
  mkdir: ["mkdir"],
};
for (const [call, names] of Object.entries(calls)) {
  for (const name of names) {
    failCallback(fs, name, call);
    failSync(fs, `${name}Sync`, call);
    if (Object.hasOwn(fs.promises, name)) failPromise(fs.promises, name, call);
  }
}
for (const name of ["write", "writev", "writeFile"]) {
  failPromise(fileHandle, name, "write", ofHandle);
}
for (const name of ["sync", "datasync"]) failPromise(fileHandle, name, "sync", ofHandle);
failSync(fs, "writeFileSync", "write");
failPromise(fs.promises, "writeFile", "write");
syncBuiltinESMExports();
