import { spawn } from "node:child_process";
import process from "node:process";

/* Runs the program CRASH_TRACED with its own arguments under strace, which writes to CRASH_TRACE. */

const { CRASH_TRACE: trace = "", CRASH_TRACED: program = "", ...env } = process.env;
const calls =
  "openat,open,close,dup,write,pwrite64,writev,pwritev,pwritev2,ftruncate,fsync,fdatasync,rename,renameat,renameat2,link,linkat,unlink,unlinkat,mkdir,mkdirat,rmdir";
const words = ["-f", "-A", "-o", trace, "-xx", "-s", "16777216", "-e", `trace=${calls}`];
const child = spawn("strace", [...words, process.execPath, program, ...process.argv.slice(2)], {
  stdio: "inherit",
  env,
});
child.on("close", (code, signal) => {
  if (signal !== null) process.kill(process.pid, signal);
  process.exitCode = code ?? 1;
});
process.on("SIGTERM", () => child.kill("SIGTERM"));
