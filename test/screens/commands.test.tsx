import { expect, test } from "vitest";
import { renderProgram } from "../support/terminal/render-program.tsx";

test("the command palette shows the keys that the settings give to commands", async () => {
  const screen = renderProgram({ bucket: "bulk-ESG", settings: { keys: { sort: ["z"] } } });
  await screen.until("Packages");
  screen.press(":");
  await screen.until("Go back");
  screen.type("column to sort");
  const frame = await screen.until("Choose sort column");
  expect(frame).toMatch(/sort +z +Choose sort column/);
});

test.each([
  ["F1", "\u001bOP"],
  ["F5", "\u001b[15~"],
  ["F10", "\u001b[21~"],
  ["Insert", "\u001b[2~"],
  ["Ctrl-F5", "\u001b[15;5~"],
])("%s gets a notice, as every key that does nothing", async (_, code) => {
  const screen = renderProgram({ bucket: "bulk-ESG" });
  await screen.until("2 packages");
  screen.type(code);
  await screen.until("This key does nothing here.");
});

test("a key that types a letter in the field is not shown beside its command", async () => {
  const screen = renderProgram();
  await screen.until("Known buckets");
  screen.press("ctrl-p");
  expect(await screen.until("Show downloads")).toMatch(/downloads +Show downloads/);
  screen.press("escape");
  await screen.until("Known buckets");
  screen.press("down", ":");
  expect(await screen.until("Show downloads")).toMatch(/downloads +t +Show downloads/);
});
