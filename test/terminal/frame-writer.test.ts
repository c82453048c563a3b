import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { capabilitiesOf } from "../../source/terminal/capabilities.ts";
import { FrameWriter } from "../../source/terminal/render/frame-writer.ts";
import { emulate } from "../support/terminal/emulator.ts";

const kinds = ["xterm-256color", "screen", "linux", "vt100", "dumb"] as const;
/** What each is told beside text and SGR: finals of CSI codes, modes, and others. */
const known = {
  screen: /^(?:\u001b\[[\d;]*[ABCDGHJKLMmr]|\u001b\[\?7[hl]|[^\u001b])*$/,
  linux: /^(?:\u001b\[[\d;]*[ABCDGHJKLMmr]|\u001b\[\?7[hl]|[^\u001b])*$/,
  vt100: /^(?:\u001b\[[\d;]*[ABCDHJKmr]|\u001b\[\?7[hl]|\u001bM|[^\u001b])*$/,
  dumb: /^(?:\u001b\[[\d;]*[ABCDHJKmr]|\u001b\[\?7[hl]|[^\u001b])*$/,
} as const;

const looks = fc.constantFrom("7", "1", "2", "4", "31", "1;36", "42", "7;1", "38;5;99");
const closing = "\u001b[22;24;27;39;49m";
const sure = ["a", "b", "   ", "é", "…", "日", "0123"];
const everything = [...sure, "e\u0301", "👍", "👨‍👩‍👧"];

function textOf(characters: readonly string[]) {
  const piece = fc
    .array(fc.constantFrom(...characters), { maxLength: 4 })
    .map((parts) => parts.join(""));
  return fc
    .array(fc.tuple(piece, fc.option(looks)), { maxLength: 4 })
    .map((parts) =>
      parts.map(([part, look]) => (look ? `\u001b[${look}m${part}${closing}` : part)).join(""),
    );
}

/** Few rows to choose from, so that many stay, and many move. */
function framesOf(characters: readonly string[]) {
  return fc.array(textOf(characters), { minLength: 2, maxLength: 14 }).chain((rows) => {
    const frame = fc
      .record({
        from: fc.nat(rows.length - 1),
        length: fc.nat(14),
        marked: fc.nat(12),
        end: fc.constantFrom("", "x".repeat(30)),
      })
      .map(({ end, from, length, marked }) =>
        Array.from({ length }, (_, row) => {
          const shown = rows[(from + row) % rows.length] ?? "";
          return row === marked ? `\u001b[7m${shown}${end}\u001b[27m` : shown;
        }).join("\n"),
      );
    return fc.array(frame, { minLength: 1, maxLength: 8 });
  });
}

const frames = framesOf(everything);
const size = fc.record({
  columns: fc.integer({ min: 1, max: 24 }),
  rows: fc.integer({ min: 1, max: 12 }),
});

/** The frame as any terminal shows it that is given its lines and nothing else. */
async function drawnPlainly(frame: string, { columns, rows }: { columns: number; rows: number }) {
  const emulator = emulate(columns, rows);
  const lines = frame.split("\n").slice(0, rows);
  // Without wrapping, what is too wide only spoils the last cell.
  await emulator.write(
    `\u001b[?7l${lines.map((line, row) => `\u001b[${row + 1}H${line}\u001b[m`).join("")}`,
  );
  return emulator.cells();
}

describe.each(kinds)("on a terminal called %s", (kind) => {
  it("the screen after any frames is the screen of the last one", async () => {
    await fc.assert(
      fc.asyncProperty(frames, size, async (history, { columns, rows }) => {
        const emulator = emulate(columns, rows);
        const writer = new FrameWriter(capabilitiesOf(kind));
        for (const frame of history) await emulator.write(writer.update(frame, { columns, rows }));
        const afresh = emulate(columns, rows);
        const last = history.at(-1) ?? "";
        await afresh.write(new FrameWriter(capabilitiesOf(kind)).update(last, { columns, rows }));
        expect(emulator.cells()).toEqual(afresh.cells());
      }),
      { numRuns: 40 },
    );
  });
});

it.each(Object.entries(known))("%s gets no code that it does not know", (kind, codes) => {
  fc.assert(
    fc.property(frames, size, (history, { columns, rows }) => {
      const writer = new FrameWriter(capabilitiesOf(kind));
      for (const frame of history) {
        expect(writer.update(frame, { columns, rows })).toMatch(codes);
      }
    }),
    { numRuns: 60 },
  );
});

it("draws what the frame says, wide and coloured characters too", async () => {
  await fc.assert(
    fc.asyncProperty(framesOf(sure), async (history) => {
      const roomy = { columns: 90, rows: 14 };
      const emulator = emulate(roomy.columns, roomy.rows);
      const writer = new FrameWriter(capabilitiesOf("xterm"));
      for (const frame of history) await emulator.write(writer.update(frame, roomy));
      expect(emulator.cells()).toEqual(await drawnPlainly(history.at(-1) ?? "", roomy));
    }),
    { numRuns: 50 },
  );
});

it("draws the frame after any changes of size, reported late or not at all", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(frames, size, fc.boolean()), { minLength: 1, maxLength: 4 }),
      async (histories) => {
        const emulator = emulate(10, 5);
        const writer = new FrameWriter(capabilitiesOf("xterm"));
        for (const [history, wanted, late] of histories) {
          emulator.resize(wanted.columns, wanted.rows);
          const old = { columns: 10, rows: 5 };
          if (late) for (const frame of history) await emulator.write(writer.update(frame, old));
          writer.forget();
          for (const frame of history) await emulator.write(writer.update(frame, wanted));
        }
        const [history = [], last = { columns: 1, rows: 1 }] = histories.at(-1) ?? [];
        const afresh = emulate(last.columns, last.rows);
        await afresh.write(
          new FrameWriter(capabilitiesOf("xterm")).update(history.at(-1) ?? "", last),
        );
        expect(emulator.cells()).toEqual(afresh.cells());
      },
    ),
    { numRuns: 50 },
  );
});

it("keeps columns straight, whatever the terminal takes for the width of a character", async () => {
  // This emulator gives the emoji one cell, and draws the family as three characters.
  const emulator = emulate(12, 3);
  const writer = new FrameWriter(capabilitiesOf("xterm"));
  const roomy = { columns: 12, rows: 3 };
  await emulator.write(writer.update("👍 one\n👨‍👩‍👧 two\ne\u0301  six", roomy));
  await emulator.write(writer.update("👍 on\n👨‍👩‍👧 tw9\ne\u0301  sixty", roomy));
  const line = (row: number, from: number) => emulator.text()[row]?.slice(from);
  expect(emulator.cells().map((cells) => cells[3]?.[0])).toEqual(["o", "t", "s"]);
  expect(line(0, -2)).toBe("on");
  expect(line(1, -3)).toBe("tw9");
});

/** A list as the screens draw it: names as long as file sets have them, and the row under the cursor inverse. */
const list = (first: number, cursor: number) =>
  Array.from({ length: 30 }, (_, row) => {
    if (row === 0) return " cfs  Bulk-ESG › Bulk-ESG-Global-Raw-Full-v1 › File sets";
    if (row === 29) return " Enter open  Esc back  / filter  s sort";
    if (row === 28) return `${`${cursor + 1}/57 `.padStart(108)}file sets`;
    const index = String(first + row + 9);
    const name = `Bulk-ESG-Global-Raw-Full-v1-Env-Csv-Init-2026-11-${index}T16:04:11Z`;
    const line = ` ${name.padEnd(76)}  2026-11-${index} 16:04       1  READY`;
    return first + row - 1 === cursor ? ` \u001b[7m ${line}\u001b[27m` : `  ${line}`;
  }).join("\n");

describe("at 30x120, with the row under the cursor inverse,", () => {
  const size120 = { columns: 120, rows: 30 };
  const cost = (kind: string, from: string, to: string) => {
    const writer = new FrameWriter(capabilitiesOf(kind));
    writer.update(from, size120);
    return writer.update(to, size120).length;
  };

  it.each(kinds)("a move of the cursor costs at most 260 bytes on %s", (kind) => {
    expect(cost(kind, list(0, 5), list(0, 6))).toBeLessThanOrEqual(260);
    expect(cost(kind, list(0, 6), list(0, 5))).toBeLessThanOrEqual(260);
  });

  it.each(["xterm", "screen", "tmux-256color", "linux"])(
    "a scrolled line costs at most 150 bytes on %s",
    (kind) => {
      expect(cost(kind, list(0, 26), list(1, 27))).toBeLessThanOrEqual(150);
      expect(cost(kind, list(9, 9), list(8, 8))).toBeLessThanOrEqual(150);
    },
  );

  it("a move over rows with Unicode bars costs at most 320 bytes", () => {
    const bars = (cursor: number) => list(0, cursor).replaceAll("READY", "▕██████████▏");
    const writer = new FrameWriter(capabilitiesOf("xterm"));
    writer.update(bars(5), size120);
    expect(Buffer.byteLength(writer.update(bars(6), size120))).toBeLessThanOrEqual(320);
  });

  it("a second of a sparkline costs at most 160 bytes, whatever its values", () => {
    const columns = "▁▂▃▄▅▆▇█";
    const values = Array.from({ length: 60 }, (_, at) => columns[(at * 5) % 8] ?? "").join("");
    const second = (at: number) => `   Into /downloads  ${values.slice(at, at + 40)}`;
    const writer = new FrameWriter(capabilitiesOf("xterm"));
    writer.update(second(0), size120);
    expect(Buffer.byteLength(writer.update(second(1), size120))).toBeLessThanOrEqual(160);
  });

  it("a key that changes nothing costs nothing", () => {
    expect(cost("xterm", list(0, 5), list(0, 5))).toBe(0);
  });
});

it("a move beside details leaves those that stay the same as they are", () => {
  const size200 = { columns: 200, rows: 30 };
  const frame = (cursor: number) =>
    Array.from({ length: 30 }, (_, row) => {
      const name = `   Bulk-ESG-Global-Raw-Full-v1-${row}`.padEnd(60);
      const line = `${name}bulk    2025-07-16 00:00`.padEnd(140);
      const details = `\u001b[2m│ Label ${row}   \u001b[22mwhat the details say here`;
      return (row === cursor ? `\u001b[7m${line}\u001b[27m` : line) + details;
    }).join("\n");
  const writer = new FrameWriter(capabilitiesOf("xterm"));
  writer.update(frame(5), size200);
  const update = writer.update(frame(6), size200);
  expect(update).not.toContain("details");
  expect(Buffer.byteLength(update)).toBeLessThanOrEqual(240);
});

it("erases no history, moves nothing where it may not, and assumes no coloured erasing", () => {
  const writer = new FrameWriter(capabilitiesOf("dumb"));
  const size120 = { columns: 120, rows: 30 };
  const codes = [list(0, 3), list(1, 4), list(20, 30)]
    .map((frame) => writer.update(frame, size120))
    .join("");
  expect(codes).not.toContain("\u001b[3J");
  expect(codes).not.toMatch(/\u001b\[\d*[LMST]|\u001bM|\?2026/);
});
