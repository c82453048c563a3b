import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { startHelper } from "./helper-process.mjs";
import { startInTerminal } from "./pty.mjs";
import { writeSection } from "./table.mjs";
import { readWords, say } from "./words.mjs";

const usage = `npm run bench:terminal [-- --write]
What keys cost in a terminal of 30x120 in bytes and time, beside less, vim and ncdu in the same run.
--write puts the table into docs/terminal.md. Needs less, vim, ncdu.
`;
const { words } = readWords({ usage, programs: ["less", "vim", "ncdu"] });

const root = fileURLToPath(new URL("..", import.meta.url));
const place = fs.mkdtempSync(path.join(os.tmpdir(), "cfs-bench-terminal-"));
const program = path.join(root, "dist", "cli.js");
const many = 100_000;
const loadBefore = (os.loadavg()[0] ?? 0).toFixed(1);

async function startService() {
  const helper = await startHelper("terminal-sandbox", [many, 10_000, 30_000]);
  return { stop: helper.stop, ...helper.first };
}

function startCfs(service, bucket, size = {}) {
  const cwd = fs.mkdtempSync(path.join(place, "cfs-"));
  return startInTerminal(process.execPath, [program, bucket], {
    cwd,
    ...size,
    environment: {
      RDP_HOST: service.host,
      RDP_USERNAME: service.username,
      RDP_PASSWORD: service.password,
      RDP_APP_KEY: service.appKey,
      // The service allows one session: each run goes on with that of the last one.
      CFS_CONFIG_DIR: path.join(place, "settings"),
    },
  });
}

/** Rows as the file sets' screen shows them, as files and as a text. */
function writeRows(name, count) {
  const lines = Array.from({ length: count }, (_, hour) => {
    const time = new Date(Date.UTC(2026, 10, 23) - hour * 3_600_000).toISOString();
    const shown = `${time.slice(0, 10)} ${time.slice(11, 16)}`;
    const series = `Bulk-ESG-Global-Raw-Full-${name}-Social-Csv-Delta…`.padEnd(53);
    return `   ${series}Delta   ${shown}       0  READY     13 more days`;
  });
  const file = path.join(place, `${name}.txt`);
  fs.writeFileSync(file, `${lines.join("\n")}\n`);
  return file;
}

function writeFolder(count) {
  const folder = path.join(place, "folder");
  fs.mkdirSync(folder);
  for (let hour = 0; hour < count; hour += 1) {
    const time = new Date(Date.UTC(2026, 10, 23) - hour * 3_600_000).toISOString().slice(0, 13);
    const name = `Bulk-ESG-Global-Raw-Full-few-Social-Csv-Delta-${time}.csv`;
    fs.writeFileSync(path.join(folder, name), "x".repeat(hour * 100));
  }
  return folder;
}

/** What moving about costs a program whose cursor is on the first of its rows. */
async function moving(run, { down, up, page, top, rows = 27 }) {
  const move = await run.pressOften([down, up], 40, 60);
  await run.press(down.repeat(rows), 200);
  const scroll = await run.pressOften([down], 8, 80);
  await run.press(top, 200);
  const paged = await run.press(page, 150);
  await run.press(top, 200);
  const nothing = await run.press(up, 200);
  return { move, scroll, page: paged, nothing };
}

/** Moves to the last row and back. */
async function jumping(run, { top, bottom }) {
  return (await run.pressOften([bottom, top], 10, 200)).ms;
}

const keys = {
  cfs: { down: "j", up: "k", page: "\u001b[6~", top: "g", bottom: "G" },
  less: { down: "j", up: "k", page: " ", top: "g", bottom: "G", rows: 1 },
  vim: { down: "j", up: "k", page: "\u0006", top: "gg", bottom: "G" },
  ncdu: { down: "j", up: "k", page: "\u001b[6~", top: "\u001b[H", bottom: "\u001b[F" },
};

async function measurePeer(name, words, shown, cwd = place) {
  const run = startInTerminal(name, words, { cwd });
  await run.shows(shown);
  await run.still(300);
  const moves = await moving(run, keys[name]);
  const jumpMs = await jumping(run, keys[name]);
  const idle = await run.watch(3_000);
  await run.end();
  return { ...moves, jumpMs, idle };
}

async function measurePeers() {
  const few = writeRows("few", 57);
  const long = writeRows("many", many);
  const folder = writeFolder(57);
  const vim = ["-u", "NONE", "-N", "-n", "-c", "set cursorline ruler"];
  return {
    less: await measurePeer("less", [few], /Bulk-ESG/),
    vim: await measurePeer("vim", [...vim, few], /Bulk-ESG/),
    ncdu: await measurePeer("ncdu", [folder], /Bulk-ESG/),
    longLess: await measurePeer("less", [long], /Bulk-ESG/),
    longVim: await measurePeer("vim", [...vim, long], /Bulk-ESG/),
  };
}

async function openFileSets(service, bucket, count, size) {
  const run = startCfs(service, bucket, size);
  await run.shows(/1\/1 package/);
  await run.still(300);
  const before = run.cpuMs();
  const startMs = performance.now();
  await run.press("\r", 0);
  const firstMs = await run.shows(/Social(?: · |-)Csv/);
  await run.shows(new RegExp(`1/${count.toLocaleString("en-US")} file sets`));
  await run.still(1_000);
  const listed = {
    firstMs,
    seconds: (performance.now() - startMs) / 1_000 - 1,
    cpuSeconds: (run.cpuMs() - before) / 1_000,
    megabytes: run.megabytes(),
  };
  return { run, listed };
}

async function measureFew(service) {
  const { run } = await openFileSets(service, "few", 57);
  const moves = await moving(run, keys.cfs);
  const jumpMs = await jumping(run, keys.cfs);
  await run.press("g", 200);
  await run.press("\u001b[B".repeat(10), 200);
  const burst = Number(/(\d+)\/57 file sets/.exec(run.screen())?.[1] ?? 0) - 1;
  const idle = await run.watch(10_000);
  await run.end();
  return { ...moves, jumpMs, burst, idle };
}

/** Whole names beside the details, which follow the cursor only when it rests. */
async function measureWide(service) {
  const { run } = await openFileSets(service, "few", 57, { columns: 200, rows: 50 });
  const held = await run.pressOften([keys.cfs.down, keys.cfs.up], 40, 60);
  await run.still(500);
  const rested = await run.pressOften([keys.cfs.down, keys.cfs.up], 20, 250);
  await run.end();
  return { held, rested };
}

async function measureMany(service) {
  const { run, listed } = await openFileSets(service, "many", many);
  const moves = await moving(run, keys.cfs);
  const jumpMs = await jumping(run, keys.cfs);
  await run.press("/", 300);
  const letters = [];
  for (const letter of "2026-1") letters.push((await run.press(letter, 300)).ms);
  const idle = await run.watch(3_000);
  await run.end();
  return { ...moves, jumpMs, letters, idle, listed };
}

/** Rows that leave room: names shorter than their column. */
async function measurePackages(service) {
  const startMs = performance.now();
  const run = startCfs(service, "wide");
  const firstMs = await run.shows(/Bulk-ESG-Global-Raw-Part/);
  await run.shows(/1\/10,000 packages/);
  const seconds = (performance.now() - startMs) / 1_000;
  await run.still(500);
  const listed = { firstMs, seconds, megabytes: run.megabytes(), cpuSeconds: run.cpuMs() / 1_000 };
  const moves = await moving(run, keys.cfs);
  await run.end();
  return { ...moves, listed };
}

async function measureTransfers(service) {
  const run = startCfs(service, "large");
  await run.shows(/1\/1 package/);
  for (const [key, shown] of [
    ["\r", /1\/1 file set/],
    ["\r", /1\/4 files/],
    ["a", /4 marked/],
    ["d", /running|0\/4/],
  ]) {
    await run.press(key, 200);
    await run.shows(shown);
  }
  await run.press("t", 300);
  await run.shows(/running/);
  await new Promise((resolve) => setTimeout(resolve, 6_000));
  const watched = await run.watch(20_000);
  await run.end();
  return { bytesPerSecond: watched.bytes / 20, cpuPercent: watched.cpuMs / 200 };
}

const ms = (number) => `${number.toFixed(number < 10 ? 1 : 0)} ms`;
const one = (number) => number.toFixed(1);

function tableRows({ few, wide, long, packages, transfers, peers }) {
  const { less, vim, ncdu, longLess, longVim } = peers;
  const bytes = (of) => [of(few), of(less), of(vim), of(ncdu)].map(String);
  return [
    ["cursor move, rows as wide as the screen, bytes", "≤ 260", ...bytes(({ move }) => move.bytes)],
    ["cursor move, packages, bytes", "≤ 260", String(packages.move.bytes)],
    ["cursor move beside details, 50x200, bytes", "≤ 300", String(wide.held.bytes)],
    ["the same, with the details of the next row", "", String(wide.rested.bytes)],
    [
      "scrolled line, rows as wide as the screen, bytes",
      "≤ 150",
      ...bytes(({ scroll }) => scroll.bytes),
    ],
    ["scrolled line, packages, bytes", "≤ 150", String(packages.scroll.bytes)],
    ["page, bytes", "≤ 2,000", ...bytes(({ page }) => page.bytes)],
    ["a key that changes nothing, bytes", "0", ...bytes(({ nothing }) => nothing.bytes)],
    ["writes for a move", "1", ...bytes(({ move }) => move.writes)],
    [
      "key to last byte, 57 rows",
      "≤ 20 ms",
      ...[few, less, vim, ncdu].map(({ move }) => ms(move.ms)),
    ],
    [
      "key to last byte, 100,000 rows",
      "≤ 20 ms",
      ...[long, longLess, longVim].map(({ move }) => ms(move.ms)),
    ],
    [
      "G and g, 100,000 rows",
      "≤ 100 ms",
      ...[long, longLess, longVim].map(({ jumpMs }) => ms(jumpMs)),
    ],
    [
      "filter letters, 100,000 rows",
      "≤ 100 ms",
      long.letters.map((letter) => letter.toFixed(0)).join(", "),
    ],
    ["10 arrows in one packet move", "10 rows", `${few.burst} rows`],
    ["idle for 10 s, bytes and CPU", "0, 0 ms", `${few.idle.bytes}, ${few.idle.cpuMs} ms`],
    ["four running transfers, bytes a second", "≤ 600", transfers.bytesPerSecond.toFixed(0)],
    ["the same, of a core, fetching included", "≤ 5 %", `${one(transfers.cpuPercent)} %`],
    [
      "10,000 packages, from the start: first page, all, CPU, memory",
      "",
      `${ms(packages.listed.firstMs)}, ${one(packages.listed.seconds)} s, ${one(packages.listed.cpuSeconds)} s, ${packages.listed.megabytes.toFixed(0)} MB`,
    ],
    [
      "100,000 file sets: first page, all, CPU, memory",
      "",
      `${ms(long.listed.firstMs)}, ${one(long.listed.seconds)} s, ${one(long.listed.cpuSeconds)} s, ${long.listed.megabytes.toFixed(0)} MB`,
    ],
  ].map((cells) => `| ${[...cells, "", "", ""].slice(0, 6).join(" | ")} |`);
}

function machine() {
  const [cpu] = os.cpus();
  return `${os.cpus().length} cores ${cpu?.model ?? ""} · ${Math.round(os.totalmem() / 2 ** 30)} GB · ${os.type()} ${os.release()} · Node ${process.versions.node}`;
}

const service = await startService();
try {
  const measured = {
    few: await measureFew(service),
    wide: await measureWide(service),
    packages: await measurePackages(service),
    peers: await measurePeers(),
    long: await measureMany(service),
    transfers: await measureTransfers(service),
  };
  const table = [
    "| at 30x120 | goal | cfs | less | vim | ncdu |",
    "| --- | --- | --- | --- | --- | --- |",
    ...tableRows(measured),
  ];
  say(table.join("\n"));
  const facts = `${machine()}. Load before the run: ${loadBefore}.`;
  if (words.includes("--write"))
    writeSection(
      path.join(root, "docs", "terminal.md"),
      "bench:terminal",
      [facts, "", ...table].join("\n"),
    );
} finally {
  await service.stop();
  fs.rmSync(place, { recursive: true, force: true });
}
process.exit(0);
