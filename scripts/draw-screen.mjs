// A terminal's screen as an SVG picture.
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

/** What the terminal shows now. */
export function drawScreen(terminal) {
  const width = terminal.cols * cell.width + 2 * margin;
  const height = terminal.rows * cell.height + 2 * margin;
  const drawn = Array.from({ length: terminal.rows }, (_, row) =>
    runsOf(terminal, row)
      .map((run) => drawRun(run, row))
      .join(""),
  ).join("\n");
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="14"><rect width="100%" height="100%" rx="8" fill="${ink.ground}"/>\n${drawn}\n</svg>\n`;
}
