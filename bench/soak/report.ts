import type { Counts } from "./counts.ts";
import type { Growth } from "./growth.ts";
import type { Resources } from "./resources.ts";

/** One line now and then. */
export function summaryLine(passedMs: number, counts: Counts, held: Resources): string {
  const { heap, buffers, resident, files, sockets, handles } = held;
  return [
    `${minutesOf(passedMs)}: ${transfersOf(counts)}, ${counts.wrongs.length} wrong`,
    `heap ${heap.toFixed(1)}, buffers ${buffers.toFixed(1)}, resident ${resident.toFixed(0)} MB`,
    `${files} files, ${sockets} sockets, ${handles} handles`,
  ].join("; ");
}

/** What happened, and what was held at the beginning and at the end. */
export function verdictTable(passedMs: number, counts: Counts, growths: readonly Growth[]): string {
  const codes = [...counts.failures].sort(([a], [b]) => a - b);
  const rows = growths.map(({ name, first, last, most, verdict }) =>
    [
      name.padEnd(10),
      ...[first, last, most].map((value) => value.toFixed(1).padStart(8)),
      `  ${verdict}`,
    ].join(""),
  );
  return [
    "",
    `${minutesOf(passedMs)}: ${transfersOf(counts)}, ${counts.megabytes.toFixed(0)} MB, ${counts.listed} listed items, ${counts.unpacked} unpacked, ${counts.presses} key presses`,
    `power losses: ${counts.crashStates} states of ${counts.powerCuts} runs, the program started again from ${counts.restarts}`,
    `failures by exit code: ${codes.map(([code, count]) => `${code}: ${count}`).join(", ")}`,
    "",
    `${"held".padEnd(10)}${["first", "last", "most"].map((name) => name.padStart(8)).join("")}  verdict`,
    ...rows,
    "",
    `wrong: ${counts.wrongs.length}, grown: ${growths.filter(({ verdict }) => verdict === "GREW").length}`,
  ].join("\n");
}

function transfersOf({ transfers, saved, skipped, failed, cancelled }: Counts): string {
  return `${transfers} transfers (${saved} saved, ${skipped} there, ${failed} failed, ${cancelled} cancelled)`;
}

function minutesOf(ms: number): string {
  return `${(ms / 60_000).toFixed(1)} min`;
}
