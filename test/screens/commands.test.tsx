import { expect, test } from "vitest";
import { renderProgram } from "../ui/render.tsx";

test("the list of commands tells the keys that the settings give them", async () => {
  const screen = renderProgram({ bucket: "bulk-ESG", settings: { keys: { sort: ["z"] } } });
  await screen.until("Packages");
  screen.press(":");
  await screen.until("Back to where you came from");
  screen.type("column to sort");
  const frame = await screen.until("Choose the column to sort by");
  expect(frame).toMatch(/sort +z +Choose the column to sort by/);
});
