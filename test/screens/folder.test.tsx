import { expect, test } from "vitest";
import { renderProgram } from "../support/terminal/render-program.tsx";

test.each([
  [60, 15],
  [80, 24],
  [120, 30],
  [200, 50],
])(
  "at %ix%i every browsing screen shows the folder that downloads go to",
  async (columns, rows) => {
    const screen = renderProgram({ columns, rows });
    await screen.until("Folder: /downloads");
    screen.type("bulk-ESG\r");
    for (const title of ["Packages", "File sets", "Files"]) {
      await screen.until((frame) => frame.includes(title) && frame.includes("Folder: /downloads"));
      screen.press("enter");
    }
  },
);

test("at 40x10 a long folder is shown without its label, and with its end", async () => {
  const screen = renderProgram({ columns: 40, rows: 10 });
  await screen.until("Folder: /downloads");
  screen.fake.program.store.setState({ directory: `/${"deep/".repeat(30)}esg` });
  screen.type("bulk-ESG\r");
  for (const title of ["Packages", "File sets", "Files"]) {
    await screen.until((frame) => frame.includes(title) && /\/d\S*…\S*\/esg/.test(frame));
    screen.press("enter");
  }
});

test("Tab completes the folder as far as the disk decides, then names the choices", async () => {
  const screen = renderProgram({ columns: 80, rows: 24 });
  for (const path of ["/data/esg", "/data/esg-old", "/data/pit"]) screen.fake.folders.add(path);
  await screen.until("Folder: /downloads");
  screen.fake.program.actions.askFolder();
  screen.press("ctrl-u");
  screen.type("/da\t");
  await screen.until("/data/");
  screen.type("e\t");
  await screen.until("/data/esg");
  screen.press("tab");
  await screen.until("2 folders: esg, esg-old.");
  screen.type("-\t");
  await screen.until("/data/esg-old/");
  screen.type("x\t");
  await screen.until("No folder matches.");
});

test("a long folder keeps its end in sight", async () => {
  const screen = renderProgram({ columns: 60, rows: 15 });
  await screen.until("Folder: /downloads");
  const directory = `/${"deep/".repeat(30)}esg`;
  screen.fake.program.store.setState({ directory });
  const frame = await screen.until(/Folder: \/deep.*…/);
  expect(frame).toMatch(/Folder: \/deep.*….*deep\/esg/);
});
