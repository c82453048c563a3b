import { expect, test } from "vitest";
import { MouseInput } from "../../source/terminal/mouse-input.ts";
import { FakeStdin } from "../support/fakes/terminal.ts";
import { waitUntil } from "../support/wait-until.ts";

const click = "\u001b[<0;10;5M";

test("keys and reports keep their order, also a report that arrives in two parts", async () => {
  const keyboard = new FakeStdin();
  const seen: string[] = [];
  const input = new MouseInput(keyboard, (report) => seen.push(report));
  input.on("readable", () => {
    for (let keys = input.read(); keys !== null; keys = input.read()) seen.push(String(keys));
  });
  input.setRawMode(true);
  keyboard.write(`j${click}${click}k`);
  await waitUntil(() => seen.length === 4);
  keyboard.write(`l${click.slice(0, 6)}`);
  await waitUntil(() => seen.length === 5);
  keyboard.write(`${click.slice(6)}\u001b`);
  await waitUntil(() => seen.length === 7);
  expect(seen).toEqual(["j", click, click, "k", "l", click, "\u001b"]);
});

test("outside raw mode the keys are left to another program", () => {
  const keyboard = new FakeStdin();
  const input = new MouseInput(keyboard, () => undefined);
  input.setRawMode(true);
  expect(keyboard.listenerCount("readable")).toBe(1);
  input.setRawMode(false);
  expect(keyboard).toMatchObject({ isRaw: false });
  expect(keyboard.listenerCount("readable")).toBe(0);
});
