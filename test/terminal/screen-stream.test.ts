import { expect, test } from "vitest";
import { ScreenStream } from "../../source/terminal/render/screen-stream.ts";
import { FakeStdout } from "../support/fakes/terminal.ts";

const whole = "\u001b[H\u001b[J";
const enter = "\u001b[?1049h";

function open(terminal: FakeStdout): ScreenStream {
  const stream = new ScreenStream(terminal, { TERM: "xterm-256color" });
  stream.write(enter);
  return stream;
}

const written = (terminal: FakeStdout) =>
  new Promise((resolve) => terminal.frames.once("write", resolve));

test("control codes pass through, and a new screen or size is drawn completely", () => {
  const terminal = new FakeStdout(10, 3);
  const stream = open(terminal);
  expect(terminal.written).toBe(`${enter}\u001b[?25l`);
  stream.write("one");
  expect(terminal.written.split(whole)).toHaveLength(2);
  terminal.emit("resize");
  stream.write("two");
  stream.write("\u001b[?25h");
  expect(terminal.written.split(whole)).toHaveLength(3);
  expect(terminal.written.endsWith("two\u001b[?25h")).toBe(true);
  stream.destroy();
});

test("a first frame enters the screen, which is entered and left once", () => {
  const terminal = new FakeStdout(10, 3);
  const stream = new ScreenStream(terminal, { TERM: "xterm-256color" });
  stream.open("one");
  stream.write(enter);
  stream.write("\u001b[?25l");
  stream.write("one");
  expect(terminal.written.split(enter)).toHaveLength(2);
  expect(terminal.written.split(whole)).toHaveLength(2);
  stream.destroy();
  expect(terminal.written.endsWith("\u001b[?1049l\u001b[?25h")).toBe(true);
});

test("a frame is one write, and an equal one none", async () => {
  const terminal = new FakeStdout(40, 9);
  const stream = open(terminal);
  let writes = 0;
  terminal.frames.on("write", () => writes++);
  stream.write("\u001b[1mone\u001b[22m\ntwo\n\u001b[7mthree\u001b[27m");
  expect(writes).toBe(1);
  stream.write("\u001b[1mone\u001b[22m\ntwo\n\u001b[7mthree\u001b[27m");
  stream.write("\u001b[?25l");
  expect(writes).toBe(2);
  stream.destroy();
});

test("of frames in quick succession only the last is written", async () => {
  const terminal = new FakeStdout(10, 3);
  const stream = open(terminal);
  stream.write("one");
  stream.write("two");
  stream.write("three");
  expect(terminal.written).not.toContain("t");
  await written(terminal);
  expect(terminal.written).toContain("three");
  expect(terminal.written).not.toContain("two");
  stream.destroy();
  expect(terminal.listenerCount("resize")).toBe(0);
});

test("the screen is redrawn on request", async () => {
  const terminal = new FakeStdout(10, 3);
  const stream = open(terminal);
  stream.write("one");
  stream.redraw();
  await written(terminal);
  expect(terminal.written.split(`${whole}one`)).toHaveLength(3);
  stream.destroy();
});

test("the screen is cleared before it is left", () => {
  const terminal = new FakeStdout(10, 3);
  const stream = open(terminal);
  stream.write("one");
  stream.destroy();
  expect(terminal.written.endsWith("\u001b[m\u001b[H\u001b[J\u001b[?1049l\u001b[?25h")).toBe(true);
});

test.each([
  [{ TERM: "screen", STY: "1.pts-0" }, "\u001b[3H\n\n\n\u001b[?1049h"],
  [{ TERM: "screen", STY: "1.pts-0", TMUX: "/tmp/tmux,1,0" }, "\u001b[?1049h"],
  [{ TERM: "screen" }, "\u001b[?1049h"],
])("with %j a screen is taken by %j", (environment, codes) => {
  const terminal = new FakeStdout(10, 3);
  const stream = new ScreenStream(terminal, environment);
  stream.open(undefined);
  expect(terminal.written).toBe(`${codes}\u001b[?25l`);
  stream.destroy();
});

test("no frame is written after the screen is left", () => {
  const terminal = new FakeStdout(10, 3);
  const stream = open(terminal);
  stream.write("one");
  stream.write("\u001b[?1049l");
  stream.write("two");
  expect(terminal.written.endsWith("\u001b[?1049l")).toBe(true);
  stream.destroy();
});
