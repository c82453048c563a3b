import xterm from "@xterm/headless";
import fc from "fast-check";
import { expect, test } from "vitest";
import { FrameWriter } from "../../source/terminal/frame-writer.ts";
import { ScreenStream } from "../../source/terminal/screen-stream.ts";
import { FakeStdout } from "../fakes/terminal.ts";

/** What a terminal shows after it was sent `codes`. */
async function shown(columns: number, rows: number, codes: string): Promise<string[]> {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  await new Promise<void>((resolve) => terminal.write(codes, resolve));
  const { active } = terminal.buffer;
  const lines = Array.from(
    { length: rows },
    (_, row) => active.getLine(row)?.translateToString(true) ?? "",
  );
  terminal.dispose();
  return lines;
}

const row = fc
  .array(fc.constantFrom("a", "b", " ", "日", "é"), { maxLength: 12 })
  .map((parts) => parts.join("").slice(0, 6).trimEnd());
const frame = fc.array(row, { minLength: 1, maxLength: 9 }).map((rows) => rows.join("\n"));

test("after any frames the screen shows the last one and nothing else", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(frame, { minLength: 1, maxLength: 6 }), async (frames) => {
      const writer = new FrameWriter();
      const codes = frames.map((text) => writer.update(text, 8)).join("");
      const last = frames.at(-1)?.split("\n").slice(0, 8) ?? [];
      const lines = await shown(12, 8, codes);
      expect(lines.map((line) => line.trimEnd())).toEqual(
        Array.from({ length: 8 }, (_, index) => last[index] ?? ""),
      );
    }),
    { numRuns: 60 },
  );
});

test("full rows, the last cell of the screen included, are kept whole", async () => {
  const writer = new FrameWriter();
  writer.update("12345\nabcde", 2);
  const codes = `${new FrameWriter().update("12345\nabcde", 2)}${writer.update("12345\nABCDE", 2)}`;
  expect(await shown(5, 2, codes)).toEqual(["12345", "ABCDE"]);
});

test("an equal frame costs nothing; only changed rows are written", () => {
  const writer = new FrameWriter();
  writer.update("one\ntwo\nthree", 3);
  expect(writer.update("one\ntwo\nthree", 3)).toBe("");
  expect(writer.update("one\n2\nthree", 3)).toBe("\u001b[2;1H\u001b[2K2");
});

const whole = "\u001b[H\u001b[J";

test("what steers the terminal passes through; a new screen and a new size are drawn whole", () => {
  const terminal = new FakeStdout(10, 3);
  const stream = new ScreenStream(terminal);
  stream.write("\u001b[?1049h");
  expect(terminal.written).toBe("\u001b[?1049h\u001b[?25l");
  stream.write("one");
  expect(terminal.written.split(whole)).toHaveLength(2);
  terminal.emit("resize");
  stream.write("two");
  stream.write("\u001b[?25h");
  expect(terminal.written.split(whole)).toHaveLength(3);
  expect(terminal.written.endsWith("\u001b[2Ktwo\u001b[?25h")).toBe(true);
  stream.destroy();
});

test("frames that come fast are written late, and only the last of them", async () => {
  const terminal = new FakeStdout(10, 3);
  const stream = new ScreenStream(terminal);
  stream.write("one");
  stream.write("two");
  stream.write("three");
  expect(terminal.written).not.toContain("t");
  await new Promise((resolve) => terminal.frames.once("write", resolve));
  expect(terminal.written).toContain("three");
  expect(terminal.written).not.toContain("two");
  stream.destroy();
  expect(terminal.listenerCount("resize")).toBe(0);
});
