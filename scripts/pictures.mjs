// Draws the screens of a real run of the built program, `--demo=slow`, as SVG files in docs/pictures.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { spawn } from "@lydell/node-pty";
import xterm from "@xterm/headless";

const columns = 100;
const rows = 24;
const cell = { width: 8.4, height: 18 };
const margin = 14;
const ink = { text: "#d8dee9", ground: "#1b1f27", faint: "#7d8797" };
const hues = [
  "#3b4252",
  "#e06c75",
  "#98c379",
  "#e5c07b",
  "#61afef",
  "#c678dd",
  "#56b6c2",
  "#d8dee9",
  "#7d8797",
  "#e06c75",
  "#98c379",
  "#e5c07b",
  "#61afef",
  "#c678dd",
  "#56b6c2",
  "#ffffff",
];

const folder = fileURLToPath(new URL("../docs/pictures", import.meta.url));
const program = fileURLToPath(new URL("../dist/cli.js", import.meta.url));
const directory = join(tmpdir(), "esg");
await mkdir(directory);
const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
const child = spawn(process.execPath, [program, "--demo=slow"], {
  name: "xterm-256color",
  cols: columns,
  rows,
  cwd: directory,
  env: { PATH: process.env.PATH, HOME: directory, TERM: "xterm-256color", LANG: "C.UTF-8" },
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
  return new Promise((resolve) => {
    const watch = () => {
      if (!pattern.test(screen())) return;
      watchers.delete(watch);
      resolve();
    };
    watchers.add(watch);
    watch();
  });
}

const encode = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

function look(place) {
  let text = place.isFgDefault() ? ink.text : (hues[place.getFgColor()] ?? ink.text);
  let ground = place.isBgDefault() ? undefined : (hues[place.getBgColor()] ?? undefined);
  if (place.isDim()) text = ink.faint;
  if (place.isInverse()) [text, ground] = [ground ?? ink.ground, text];
  return { text, ground, bold: Boolean(place.isBold()), underline: Boolean(place.isUnderline()) };
}

function runsOf(row) {
  const line = terminal.buffer.active.getLine(row);
  const runs = [];
  for (let column = 0; column < columns; column += 1) {
    const place = line?.getCell(column);
    if (place === undefined || place.getWidth() === 0) continue;
    const style = look(place);
    const last = runs.at(-1);
    const characters = place.getChars() || " ";
    if (last !== undefined && JSON.stringify(last.style) === JSON.stringify(style))
      last.text += characters;
    else runs.push({ column, style, text: characters });
  }
  return runs;
}

function drawRun({ column, style, text }, row) {
  const left = margin + column * cell.width;
  const top = margin + row * cell.height;
  const width = [...text].length * cell.width;
  const ground = style.ground
    ? `<rect x="${left.toFixed(1)}" y="${top}" width="${width.toFixed(1)}" height="${cell.height}" fill="${style.ground}"/>`
    : "";
  if (text.trim() === "") return ground;
  const more = `${style.bold ? ' font-weight="bold"' : ""}${style.underline ? ' text-decoration="underline"' : ""}`;
  return `${ground}<text x="${left.toFixed(1)}" y="${top + 13}" fill="${style.text}" textLength="${width.toFixed(1)}" xml:space="preserve"${more}>${encode(text)}</text>`;
}

async function draw(name) {
  const width = columns * cell.width + 2 * margin;
  const height = rows * cell.height + 2 * margin;
  const drawn = Array.from({ length: rows }, (_, row) =>
    runsOf(row)
      .map((run) => drawRun(run, row))
      .join(""),
  ).join("\n");
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="14"><rect width="100%" height="100%" rx="8" fill="${ink.ground}"/>\n${drawn}\n</svg>\n`;
  await writeFile(join(folder, `${name}.svg`), svg);
}

await mkdir(folder, { recursive: true });
await shows(/Known buckets/);
await draw("bucket");
child.write("bulk-ESG\r");
await shows(/\d+ packages/);
child.write("/raw-full\r");
await shows(/filter/);
child.write("\r");
await shows(/^(?!.*loading).*\d+ file sets/s);
await draw("file-sets");
child.write("/init csv social\r");
await shows(/filter: init csv social/);
child.write("d");
child.write("t");
await shows(/\[#####.*[2-4]\d%/);
await draw("downloads");
child.write("\u0003");
child.write("\u0003");
await ended;
await rm(directory, { recursive: true, force: true });
