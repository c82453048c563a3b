import { writeFileSync } from "node:fs";
import { IncomingMessage } from "node:http";
import process from "node:process";

/**
 * Loaded before the program, writes when how many bytes of bodies left their sockets to the file
 * BENCH_BODIES, as a JSON array of [milliseconds, bytes]. Counts only what comes from the port BENCH_PORT.
 */
const port = Number(process.env["BENCH_PORT"]);
const arrivals = [];
const { push } = IncomingMessage.prototype;

IncomingMessage.prototype.push = function (chunk, ...more) {
  if (chunk !== null && this.socket.remotePort === port)
    arrivals.push([performance.now(), chunk.length]);
  return push.call(this, chunk, ...more);
};

process.on("exit", () => {
  writeFileSync(process.env["BENCH_BODIES"], JSON.stringify(arrivals));
});
