import { links } from "./links.mjs";
import { peerNames } from "./programs.mjs";

const width = 760;
const labelWidth = 210;
const rowHeight = 22;
const headHeight = 56;
const tailHeight = 34;
const margin = 18;

const colours = { cfs: "#0a6ebd", peer: "#c2571a", checked: "#8a8f98", text: "#57606a" };

const secondsIn = (cell) =>
  cell
    .split(/[ /(]+/)
    .slice(0, 2)
    .map(Number);

/** The seconds in one row of the table: ours, the fastest peer's, and the fastest peer's with md5sum. */
function readRow([link, work, own, ...more]) {
  const peers = more.slice(0, peerNames.length).map(secondsIn);
  return {
    link,
    work,
    cfs: secondsIn(own)[0],
    peer: Math.min(...peers.map(([seconds]) => seconds)),
    checked: Math.min(...peers.map(([, seconds]) => seconds)),
  };
}

const text = (x, y, words, more = "") =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" fill="${colours.text}"${more}>${words}</text>`;

/** Ticks at 1, 2 and 5 of each power of ten. */
function ticksBetween(least, most) {
  const powers = [-2, -1, 0, 1, 2, 3];
  return powers
    .flatMap((power) => [1, 2, 5].map((digit) => digit * 10 ** power))
    .filter((tick) => tick >= least && tick <= most);
}

function legend() {
  const entries = [
    ["cfs", "cfs, checked", 0],
    ["peer", "the fastest peer, unchecked", 150],
    ["checked", "the fastest peer with md5sum", 380],
  ];
  return entries.map(([name, words, left]) => {
    const x = margin + 5 + left;
    return `<circle cx="${x}" cy="20" r="5" fill="${colours[name]}"/>${text(x + 12, 24, words)}`;
  });
}

/**
 * The table of times as an SVG picture: one line per link and work, with the seconds of cfs and of the
 * fastest peer on a logarithmic scale.
 */
export function drawFigure(rows) {
  const points = rows.map(readRow);
  const all = points.flatMap(({ cfs, peer, checked }) => [cfs, peer, checked]);
  const [least, most] = [Math.min(...all) * 0.9, Math.max(...all) * 1.1];
  const scale = (width - labelWidth - margin) / Math.log(most / least);
  const across = (seconds) => labelWidth + Math.log(seconds / least) * scale;
  const groups = links.map(({ name }) => points.filter(({ link }) => link === name));
  let y = headHeight;
  const drawn = [];
  for (const group of groups.filter(({ length }) => length > 0)) {
    drawn.push(text(margin, y, group[0].link, ' font-weight="bold"'));
    for (const point of group) {
      drawn.push(...drawPoint(point, across, y));
      y += rowHeight;
    }
    y += rowHeight / 2;
  }
  const height = y + tailHeight;
  const ticks = ticksBetween(least, most).flatMap((tick) => [
    `<line x1="${across(tick).toFixed(1)}" x2="${across(tick).toFixed(1)}" y1="${headHeight - 18}" y2="${y - rowHeight}" stroke="${colours.text}" stroke-opacity="0.2"/>`,
    text(across(tick), y, `${tick} s`, ' text-anchor="middle"'),
  ]);
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    "<title>Seconds from prompt to prompt, beside the fastest peer</title>",
    ...legend(),
    ...ticks,
    ...drawn,
    "</svg>",
  ].join("\n")}\n`;
}

function drawPoint(point, across, y) {
  const middle = y - 4;
  const dots = ["checked", "peer", "cfs"].map(
    (name) =>
      `<circle cx="${across(point[name]).toFixed(1)}" cy="${middle}" r="5" fill="${colours[name]}"/>`,
  );
  const [from, to] = [point.cfs, point.peer].map((seconds) => across(seconds).toFixed(1));
  return [
    text(margin + 80, y, point.work),
    `<line x1="${from}" x2="${to}" y1="${middle}" y2="${middle}" stroke="${colours.text}" stroke-opacity="0.5" stroke-width="2"/>`,
    ...dots,
  ];
}
