// Draws the screens of real runs of the built program as SVG files in docs/pictures, one of them moving.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { spawn } from "@lydell/node-pty";
import xterm from "@xterm/headless";
import { drawScreen, filmOf } from "./draw-screen.mjs";

const [columns, rows] = [100, 24];
const patienceMs = 20_000;
const pictures = fileURLToPath(new URL("../docs/pictures", import.meta.url));
const program = fileURLToPath(new URL("../dist/cli.js", import.meta.url));
const place = await mkdtemp(join(tmpdir(), "cfs-pictures-"));
// Its path is in the pictures.
const directory = join(tmpdir(), "esg");
await mkdir(directory);

/** The program in a terminal of its own. */
function start(words) {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  const child = spawn(process.execPath, [program, ...words], {
    name: "xterm-256color",
    cols: columns,
    rows,
    cwd: directory,
    env: { PATH: process.env.PATH, HOME: place, TERM: "xterm-256color", LANG: "C.UTF-8" },
  });
  const ended = new Promise((resolve) => child.onExit(resolve));
  const watchers = new Set();
  child.onData((text) => {
    terminal.write(text, () => {
      for (const watch of watchers) watch();
    });
  });
  terminal.onData((text) => child.write(text));
  const lineOf = (row) => terminal.buffer.active.getLine(row)?.translateToString(true) ?? "";
  const screen = () => Array.from({ length: rows }, (_, row) => lineOf(row)).join("\n");

  function shows(pattern) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`${pattern} was never shown:\n${screen()}`)),
        patienceMs,
      );
      const watch = () => {
        if (!pattern.test(screen())) return;
        clearTimeout(timer);
        watchers.delete(watch);
        resolve();
      };
      watchers.add(watch);
      watch();
    });
  }

  return {
    press: (keys) => child.write(keys),
    shows,
    screen,
    film: () => filmOf(terminal),
    draw: (name) => writeFile(join(pictures, `${name}.svg`), drawScreen(terminal)),
    async end() {
      child.write("\u0003");
      child.write("\u0003");
      await ended;
    },
  };
}

async function drawSignIn() {
  const run = start([]);
  await run.shows(/Password/);
  run.press("GE-A-01234567-8-9012\rpassword");
  await run.shows(/•{8}/);
  await run.draw("sign-in");
  await run.end();
}

async function drawTheRest() {
  const run = start(["--demo=slow"]);
  await run.shows(/listed by the service/);
  await run.draw("bucket");
  run.press("bulk-ESG\r");
  await run.shows(/^(?!.*(loading|refreshing)).*1\/\d+ packages/s);
  await run.draw("packages");
  run.press("?");
  await run.shows(/Enter runs/);
  await run.draw("help");
  run.press("q/raw-full-schemeb\r");
  await run.shows(/filter: raw-full-schemeb/);
  run.press("\r");
  await run.shows(/^(?!.*(loading|refreshing)).*\d+ file sets/s);
  run.press("  ");
  await run.shows(/2 marked/);
  await run.draw("file-sets");
  run.press("A/init csv social\r");
  await run.shows(/filter: init csv social/);
  run.press("g\r");
  await run.shows(/^(?!.*loading).*1\/\d+ files/s);
  await run.draw("files");
  run.press("p");
  await run.shows(/records so far/);
  await run.draw("preview");
  run.press("\u001b");
  await run.shows(/1\/\d+ files/);
  run.press("\u001b");
  await run.shows(/filter: init csv social/);
  run.press("ad");
  await run.shows(/Downloading \d+ files/);
  run.press("t");
  await run.shows(/▕█.*[2-4]\d%/);
  await run.draw("downloads");
  await run.end();
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** From the keys to the saved files, as a moving picture. */
async function filmDownload() {
  const run = start(["--demo=slow", "bulk-ESG"]);
  await run.shows(/1\/\d+ packages/);
  run.press("/raw-full-schemeb\r\r");
  await run.shows(/^(?!.*(loading|refreshing)).*\d+ file sets/s);
  run.press("/init csv social\r");
  await run.shows(/filter: init csv social/);
  const film = run.film();
  film.take(2);
  run.press("\r");
  await run.shows(/^(?!.*loading).*1\/\d+ files/s);
  film.take(1.5, "Enter");
  run.press("a");
  await run.shows(/\d+ marked/);
  film.take(1.5, "a");
  run.press("d");
  await run.shows(/Downloading \d+ files/);
  film.take(1.5, "d");
  run.press("t");
  await run.shows(/(?:cfs {2}|› )Downloads /);
  film.take(0.4, "t");
  let shown = run.screen();
  while (!/Saved \d+ files/.test(shown)) {
    await pause(400);
    if (run.screen() === shown) continue;
    shown = run.screen();
    film.take(0.4, "t");
  }
  film.take(4);
  await writeFile(join(pictures, "download.svg"), film.draw());
  await run.end();
}

await mkdir(pictures, { recursive: true });
try {
  await drawSignIn();
  await drawTheRest();
  await rm(directory, { recursive: true });
  await mkdir(directory);
  await filmDownload();
} finally {
  await rm(directory, { recursive: true, force: true });
  await rm(place, { recursive: true, force: true });
}
