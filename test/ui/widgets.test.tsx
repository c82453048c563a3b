import { cleanup, render } from "ink-testing-library";
import { afterEach, expect, test } from "vitest";
import { type TextField, textField } from "../../source/store/state/text-field.ts";
import { fieldSpans, spansWidth } from "../../source/ui/spans.ts";
import { Line, PaintedLine } from "../../source/ui/widgets.tsx";

afterEach(cleanup);

const caret = (text: string) => `\u001b[7m${text}\u001b[27m`;
const underlined = (text: string) => `\u001b[4m${text}\u001b[24m`;

test("an empty line is a line", () => {
  const { lastFrame } = render(
    <>
      <PaintedLine text="one" />
      <PaintedLine text="" />
      <Line spans={[{ text: "three", tone: "strong" }]} />
    </>,
  );
  expect(lastFrame()?.split("\n")).toEqual(["one", "", "\u001b[1mthree\u001b[22m"]);
});

function field(
  state: TextField,
  cells: number,
  more: { focused?: boolean; masked?: boolean } = {},
) {
  const spans = fieldSpans(state, { cells, focused: true, ...more });
  expect(spansWidth(spans)).toBe(cells);
  return render(<Line spans={spans} />).lastFrame();
}

test("a field shows its caret, masks what must not be read, and underlines its room", () => {
  expect(field(textField("abc"), 6)).toBe(`${underlined("abc")}${caret(" ")}${underlined("  ")}`);
  expect(field(textField("abc"), 6, { masked: true })).toContain("•••");
  expect(field(textField("abc"), 6, { focused: false })).toBe(underlined("abc   "));
});

test("a long text scrolls under its caret, wide characters included", () => {
  expect(field(textField("abcdefgh"), 4)).toBe(`${underlined("fgh")}${caret(" ")}`);
  expect(field({ text: "abcdefgh", caret: 0, selected: false }, 4)).toBe(
    `${caret("a")}${underlined("bcd")}`,
  );
  expect(field(textField("日本語"), 5)).toBe(`${underlined("本語")}${caret(" ")}`);
  field(textField("日本語"), 4);
});

test("a selected text looks selected", () => {
  expect(field(textField("abc", true), 6)).toContain(caret("abc "));
});
