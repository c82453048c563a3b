// A terminal's screen as an SVG picture.
const cell = { width: 8.4, height: 18 };
const margin = 14;
/** Below each screen of a film, for the keys that were pressed. */
const captionHeight = 20;
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

const encode = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

function lookOf(place) {
  let text = place.isFgDefault() ? ink.text : (hues[place.getFgColor()] ?? ink.text);
  let ground = place.isBgDefault() ? undefined : (hues[place.getBgColor()] ?? undefined);
  if (place.isDim()) text = ink.faint;
  if (place.isInverse()) [text, ground] = [ground ?? ink.ground, text];
  return { text, ground, bold: Boolean(place.isBold()), underline: Boolean(place.isUnderline()) };
}

/** The cells of a row, those of one look together. */
function runsOf(terminal, row) {
  const line = terminal.buffer.active.getLine(row);
  const runs = [];
  for (let column = 0; column < terminal.cols; column += 1) {
    const place = line?.getCell(column);
    if (place === undefined || place.getWidth() === 0) continue;
    const look = lookOf(place);
    const last = runs.at(-1);
    const characters = place.getChars() || " ";
    if (last !== undefined && JSON.stringify(last.look) === JSON.stringify(look))
      last.text += characters;
    else runs.push({ column, look, text: characters });
  }
  return runs;
}

function drawRun({ column, look, text }, row) {
  const left = margin + column * cell.width;
  const top = margin + row * cell.height;
  const width = [...text].length * cell.width;
  const ground = look.ground
    ? `<rect x="${left.toFixed(1)}" y="${top}" width="${width.toFixed(1)}" height="${cell.height}" fill="${look.ground}"/>`
    : "";
  if (text.trim() === "" && !look.underline) return ground;
  const more = `${look.bold ? ' font-weight="bold"' : ""}${look.underline ? ' text-decoration="underline"' : ""}`;
  return `${ground}<text x="${left.toFixed(1)}" y="${top + 13}" fill="${look.text}" textLength="${width.toFixed(1)}" xml:space="preserve"${more}>${encode(text)}</text>`;
}

const widthOf = ({ cols }) => cols * cell.width + 2 * margin;
const heightOf = ({ rows }) => rows * cell.height + 2 * margin;

function picture(width, height, content) {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="14"><rect width="100%" height="100%" rx="8" fill="${ink.ground}"/>\n${content}\n</svg>\n`;
}

const drawRow = (terminal, row, at) =>
  runsOf(terminal, row)
    .map((run) => drawRun(run, at))
    .join("");

/** What the terminal shows now. */
export function drawScreen(terminal) {
  const drawn = Array.from({ length: terminal.rows }, (_, row) => drawRow(terminal, row, row));
  return picture(widthOf(terminal), heightOf(terminal), drawn.join("\n"));
}

/**
 * Records screens of a terminal and draws them as a moving picture: the screens stand one below the other and are
 * shifted by one CSS animation. Rows that look the same are drawn once. Without animation the first screen stays.
 */
export function filmOf(terminal) {
  const height = heightOf(terminal) + captionHeight;
  const rowIds = new Map();
  const frames = [];

  function idOf(drawn) {
    const id = rowIds.get(drawn) ?? `r${rowIds.size}`;
    rowIds.set(drawn, id);
    return id;
  }

  return {
    /** Shows the current screen for this many seconds, with the keys that led to it. */
    take(seconds, keys = "") {
      const rows = Array.from({ length: terminal.rows }, (_, row) => drawRow(terminal, row, 0));
      frames.push({ seconds, keys, rows: rows.map((drawn) => drawn && idOf(drawn)) });
    },
    draw() {
      const whole = frames.reduce((sum, { seconds }) => sum + seconds, 0);
      const starts = frames.map((_, at) =>
        frames.slice(0, at).reduce((sum, { seconds }) => sum + seconds, 0),
      );
      const steps = starts.map(
        (start, at) =>
          `${((100 * start) / whole).toFixed(2)}%{transform:translateY(${-at * height}px)}`,
      );
      const rows = [...rowIds].map(([drawn, id]) => `<g id="${id}">${drawn}</g>`);
      const strip = frames.map(({ keys, rows: ids }, at) => {
        const uses = ids.map((id, row) =>
          id ? `<use href="#${id}" y="${at * height + row * cell.height}"/>` : "",
        );
        const caption = keys
          ? `<text x="${margin}" y="${at * height + heightOf(terminal) + 8}" fill="${hues[3]}">${encode(keys)}</text>`
          : "";
        return uses.join("") + caption;
      });
      const last = `100%{transform:translateY(${-(frames.length - 1) * height}px)}`;
      const style = `<style>.strip{animation:film ${whole.toFixed(1)}s step-end infinite}@keyframes film{${steps.join("")}${last}}@media (prefers-reduced-motion:reduce){.strip{animation:none}}</style>`;
      return picture(
        widthOf(terminal),
        height,
        `${style}\n<defs>${rows.join("\n")}</defs>\n<g class="strip">${strip.join("\n")}</g>`,
      );
    },
  };
}
