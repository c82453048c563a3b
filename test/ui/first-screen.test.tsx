import { expect, test } from "vitest";
import { firstFrame, openFirstScreen } from "../../source/ui/first-screen.ts";
import { FakePreferences } from "../support/fakes/preferences.ts";
import { FakeStdout } from "../support/fakes/terminal.ts";
import { emulate } from "../support/terminal/emulator.ts";
import { renderProgram } from "../support/terminal/render-program.tsx";

const who = { host: "api.refinitiv.com", version: "1.2.3" };

async function rowsOf(painted: string, columns: number, rows: number): Promise<string[]> {
  const emulator = emulate(columns, rows);
  await emulator.write(painted.replaceAll("\n", "\r\n"));
  return emulator.text();
}

test.each([
  [120, 30],
  [80, 24],
  [60, 15],
  [44, 12],
  [40, 10],
])("at %ix%i it is what the screens draw next", async (columns, rows) => {
  for (const kept of [undefined, { kind: "password" as const, user: "GE-A-1", host: who.host }]) {
    const screen = renderProgram({
      columns,
      rows,
      prepare: ({ auth, program }) => {
        auth.kept = kept;
        program.actions.notify("warning", "The settings were damaged. ".repeat(8));
      },
    });
    const first = firstFrame(screen.fake.state(), who) ?? "";
    const drawn = screen.painted();
    expect(await rowsOf(first, columns, rows)).toEqual(await rowsOf(drawn, columns, rows));
  }
});

test.each([
  [120, 30],
  [60, 15],
  [44, 12],
])(
  "at %ix%i the demo's is the screen of the bucket, as it is drawn when it is signed in",
  async (columns, rows) => {
    const screen = renderProgram({ columns, rows, demo: true });
    await screen.until("Known buckets");
    await screen.flushed();
    const terminal = new FakeStdout(columns, rows);
    const taken = openFirstScreen({
      ...who,
      auth: undefined,
      preferences: new FakePreferences(),
      settings: screen.fake.state().settings,
      workingDirectory: "/downloads",
      stdout: terminal,
      variables: { TERM: "xterm-256color" },
    });
    const emulator = emulate(columns, rows);
    await emulator.write(terminal.written);
    taken.destroy();
    expect(emulator.text()).toEqual(await rowsOf(screen.painted(), columns, rows));
  },
);

test("there is none if the screen is too small", () => {
  const { fake } = renderProgram({
    columns: 40,
    rows: 9,
    prepare: ({ auth }) => (auth.kept = undefined),
  });
  expect(firstFrame(fake.state(), who)).toBeUndefined();
});
