import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { waitUntil } from "../support/wait-until.ts";
import { watchTest } from "./watch-fixture.ts";

/** Appends what it was given to a log, then runs the rest of the line. */
const test = watchTest.extend("command", ({ folder }) => {
  const log = join(folder, "log");
  const script = join(folder, "command.mjs");
  return {
    /** The shell line; the script of it ends with the code in this file, or waits without one. */
    async line(code: number | "wait") {
      await writeFile(
        script,
        `import { appendFileSync, readFileSync } from "node:fs";
        const { CFS_FILE_SET_ID, CFS_FILE_SET_NAME, CFS_DIRECTORY, CFS_PATHS, RDP_PASSWORD } = process.env;
        const input = JSON.parse(readFileSync(0, "utf8"));
        const told = { CFS_FILE_SET_ID, CFS_FILE_SET_NAME, CFS_DIRECTORY, CFS_PATHS, RDP_PASSWORD, input };
        appendFileSync(${JSON.stringify(log)}, JSON.stringify(told) + "\\n");
        console.log("loaded");
        ${code === "wait" ? "setInterval(() => undefined, 1000)" : `process.exit(${code})`}`,
      );
      return ["--exec", `'${process.execPath}' '${script}'`];
    },
    /** What each run was given. */
    async runs(): Promise<Record<string, unknown>[]> {
      const text = await readFile(log, "utf8").catch(() => "");
      // Without a line end a line is still being written.
      return text
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line));
    },
  };
});

test("runs the command once for each complete file set, with its files", async ({
  command,
  offer,
  publish,
  watch,
  out,
}) => {
  const before = offer("Before", 1, ["before.csv.gz"]);
  const watching = watch(await command.line(0));
  await watching.reaches("ran");
  const during = publish("During", ["a.csv.gz", "b.csv.gz"]);
  await watching.reaches("ran", 2);
  const { stderr } = await watching.stop();
  expect(stderr).toContain("loaded\n");
  const runs = await command.runs();
  expect(runs.map(({ CFS_FILE_SET_ID }) => CFS_FILE_SET_ID)).toEqual([before.id, during.id]);
  expect(runs[1]).toEqual({
    CFS_FILE_SET_ID: during.id,
    CFS_FILE_SET_NAME: "During",
    CFS_DIRECTORY: out,
    CFS_PATHS: `${join(out, "a.csv.gz")}\n${join(out, "b.csv.gz")}`,
    input: {
      fileSetId: during.id,
      name: "During",
      packageId: during.packageId,
      files: [
        expect.objectContaining({ name: "a.csv.gz", path: join(out, "a.csv.gz"), size: 3_000 }),
        expect.objectContaining({
          name: "b.csv.gz",
          sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        }),
      ],
    },
  });

  const again = watch(await command.line(0));
  await again.reaches("listed");
  publish("After");
  await again.reaches("ran");
  await again.stop();
  expect((await command.runs()).map(({ CFS_FILE_SET_NAME }) => CFS_FILE_SET_NAME)).toEqual([
    ...["Before", "During", "After"],
  ]);
});

test("reports a failure, repeats it as often as is allowed, and runs again at the next start", async ({
  command,
  offer,
  watch,
}) => {
  offer("Loaded", 1, ["loaded.csv.gz"]);
  const watching = watch([...(await command.line(3)), "--exec-retries", "1"]);
  await watching.reaches("command-failed", 2);
  const { stderr } = await watching.stop();
  expect(stderr).toContain("The command failed for Loaded: it ended with 3. It will be retried.");
  expect(stderr).toContain("The command failed for Loaded: it ended with 3. It runs again at the");
  expect(await command.runs()).toHaveLength(2);
  const again = watch(await command.line(0));
  await again.reaches("ran");
  await again.stop();
  const last = watch(await command.line(0));
  await last.reaches("listed");
  await last.stop();
  expect(await command.runs()).toHaveLength(3);
});

test("does not wait for what the command leaves in the background", async ({
  folder,
  offer,
  publish,
  watch,
}) => {
  const left = join(folder, "left");
  offer("Before", 1, ["before.csv.gz"]);
  const watching = watch(["--exec", `sleep 1000 & echo $! >> '${left}'`]);
  try {
    await watching.reaches("ran");
    publish("During");
    await watching.reaches("ran", 2);
    expect(await watching.stop()).toMatchObject({ code: 130 });
  } finally {
    for (const pid of (await readFile(left, "utf8")).trim().split("\n")) process.kill(Number(pid));
  }
});

test("a command that was interrupted runs again at the next start", async ({
  command,
  publish,
  watch,
  emptied,
}) => {
  const watching = watch(await command.line("wait"));
  await watching.reaches("listed");
  publish("Loaded");
  await waitUntil(async () => (await command.runs()).length === 1);
  // The file set is complete, so its message is not kept for the command.
  await emptied();
  expect(await watching.stop()).toMatchObject({ code: 130 });
  const again = watch(await command.line(0));
  await again.reaches("ran");
  await again.stop();
  expect(await command.runs()).toHaveLength(2);
});

test("the command is not run for a file set without a selected file", async ({
  command,
  publish,
  watch,
  emptied,
}) => {
  const watching = watch([...(await command.line(0)), "--include", "*wanted*"]);
  await watching.reaches("listed");
  publish("Without", ["other.csv.gz"]);
  await watching.reaches("ignored");
  publish("With", ["wanted.csv.gz", "other-2.csv.gz"]);
  await watching.reaches("ran");
  await emptied();
  await watching.stop();
  const ended = watching.events().filter(({ event }) => /ignored|saved|ran/.test(String(event)));
  expect(ended.map(({ event, name }) => [event, name])).toEqual([
    ["ignored", "Without"],
    ["saved", "With"],
    ["ran", "With"],
  ]);
});

test("--exec-retries needs --exec", async ({ watch, sandbox }) => {
  expect(await watch(["--exec-retries", "2"]).ended).toMatchObject({ code: 2 });
  expect(sandbox.requests).toEqual([]);
});
