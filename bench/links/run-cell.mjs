import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { warm } from "../machine.mjs";
import { measure } from "../measure.mjs";
import { peerNames, programsFor, sumCommand } from "./programs.mjs";

function bytesIn(folder) {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((bytes, entry) => bytes + fs.statSync(path.join(entry.parentPath, entry.name)).size, 0);
}

function clear(out) {
  fs.rmSync(out, { recursive: true, force: true });
  fs.mkdirSync(out);
  // Unwritten data of the previous program would slow down the next one.
  execFileSync("sync");
}

/** The first call over a link has to sign in and to compile code, so it is not counted. */
export async function signIn(cell) {
  clear(cell.out);
  await measure(programsFor(cell).cfs, { directory: cell.place });
}

/**
 * Runs all programs of a work in turn, round after round. Returns the runs of each program; the runs of peers
 * include the seconds and CPU seconds of md5sum. Throws if a program fetches too little.
 */
export async function runCell(cell, rounds) {
  const { work, place, out } = cell;
  const programs = programsFor(cell);
  const expected = work.files.reduce((bytes, file) => bytes + file.bytes, 0);
  const runs = Object.fromEntries(Object.keys(programs).map((name) => [name, []]));
  clear(out);
  warm(out, expected);
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, command] of Object.entries(programs)) {
      clear(out);
      const run = await measure(command, { directory: place });
      if (bytesIn(out) !== expected)
        throw new Error(`${name}: ${bytesIn(out)} of ${expected} bytes of ${work.name} came`);
      if (peerNames.includes(name))
        run.sums = await measure(sumCommand(cell), { directory: place });
      runs[name].push(run);
    }
  }
  clear(out);
  return runs;
}
