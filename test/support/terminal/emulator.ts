import xterm from "@xterm/headless";

/** What a terminal shows, cell by cell: its character, and all that can be seen of its look. */
export interface Emulator {
  write(codes: string): Promise<void>;
  resize(columns: number, rows: number): void;
  /** The rows as text, without trailing blanks. */
  text(): string[];
  cells(): string[][];
  dispose(): void;
}

function lookOf(cell: ReturnType<xterm.Terminal["buffer"]["active"]["getNullCell"]>): string {
  const onSpaces = [cell.isInverse(), cell.isUnderline(), cell.isStrikethrough()];
  const ground = `${cell.getBgColorMode()}/${cell.getBgColor()}`;
  const seen = `${onSpaces.map(Boolean).join()} ${ground}`;
  if ((cell.getChars() || " ") === " " && !onSpaces.some(Boolean)) return ground;
  const onText = [cell.isBold(), cell.isDim(), cell.isItalic(), cell.getFgColorMode()];
  return `${seen} ${onText.join()} ${cell.getFgColor()}`;
}

export function emulate(columns: number, rows: number): Emulator {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  const line = (row: number) => terminal.buffer.active.getLine(terminal.buffer.active.baseY + row);
  const rowNumbers = () => Array.from({ length: terminal.rows }, (_, row) => row);
  return {
    write: (codes) => new Promise((resolve) => terminal.write(codes, resolve)),
    resize: (width, height) => terminal.resize(width, height),
    text: () => rowNumbers().map((row) => line(row)?.translateToString(true).trimEnd() ?? ""),
    cells: () =>
      rowNumbers().map((row) =>
        Array.from({ length: terminal.cols }, (_, column) => {
          const cell = line(row)?.getCell(column);
          return cell ? `${cell.getChars() || " "}${cell.getWidth()} ${lookOf(cell)}` : "";
        }),
      ),
    dispose: () => terminal.dispose(),
  };
}
