import { expect, test } from "vitest";
import { AppError } from "../../source/base/errors.ts";
import type { TransferFile } from "../../source/transfer/engine.ts";
import { someFile } from "../support/fakes/listings.ts";
import {
  type ProgramScreen,
  renderProgram,
  type ScreenOptions,
} from "../support/terminal/render-program.tsx";
import { waitUntil } from "../support/wait-until.ts";

async function downloading(options: ScreenOptions = {}): Promise<ProgramScreen> {
  const screen = renderProgram({ columns: 100, bucket: "bulk-ESG", ...options });
  await screen.until("1/2 packages");
  screen.press("enter");
  await screen.until("1/9 file sets");
  screen.press("enter");
  await screen.until("1/4 files");
  screen.press("a", "d");
  await screen.until("Downloading 4 files");
  const { transfers } = screen.fake;
  transfers.change("t1", {
    state: "running",
    bytesDone: 40_000_000,
    bytesPerSecond: 18_000_000,
    secondsLeft: 185,
  });
  transfers.change("t2", { state: "saved", bytesDone: 93_000_002, path: "/downloads/part2.gz" });
  return screen;
}

test("every screen says that something runs", async () => {
  const screen = await downloading();
  const frame = await screen.until("18 MB/s");
  expect(frame.split("\n")[0]).toContain("↓ 1/4 35% 18 MB/s");
});

test("each transfer with bar, percent, size, rate, time left and state; the total; the folder", async () => {
  const screen = await downloading();
  screen.press("t");
  const frame = await screen.until("New downloads go into /downloads");
  expect(frame).toMatch(/running +\[####-+\] +43% +93 MB +18 MB\/s +3m05s/);
  expect(frame).toMatch(/saved +\[##########\] +100% +93 MB/);
  expect(frame).toMatch(
    /\[####-+\] +35% +1\/4 done +18 MB\/s +ETA 13s +133 MB of 372 MB +elapsed \d+s/,
  );
});

test("a small file shows what arrived of it before it is on disk", async () => {
  const screen = await downloading();
  const bytes = 93_000_002;
  const states = new Map([
    ["t2", { state: "verifying", bytesDone: 0, bytesHeld: bytes }],
    ["t3", { state: "running", bytesHeld: 50_000_000, bytesPerSecond: 1_000_000 }],
  ] as const);
  screen.fake.transfers.changeTogether(states);
  screen.press("t");
  const frame = await screen.until("verifying");
  expect(frame).toMatch(/verifying +\[##########\] +100%/);
  expect(frame).toMatch(/running +\[#####-+\] +53%/);
  expect(frame).toContain("183 MB of 372 MB");
});

test("the rate limit is shown shorter if there is less room", async () => {
  const screen = await downloading({ columns: 120 });
  screen.press("t", "L");
  const choices = await screen.until("Type a rate");
  expect(choices).toContain("half of the current rate");
  screen.press("j", "j", "enter");
  expect(await screen.until("1/4 done   18 MB/s   ETA 13s   limited to 5 MB/s ")).toContain(
    "Rate limit: 5M, until cfs quits.",
  );
  screen.resize(80, 24);
  await screen.until(/ETA 13s {3}limited to 5 MB\/s$/m);
  screen.resize(60, 15);
  await screen.until("1/4 done   18 MB/s   limit 5 MB/s");
});

test("a rate that cannot be read is explained below its field", async () => {
  const screen = await downloading();
  screen.press("t", "L", "G", "enter");
  await screen.until("Rate limit until cfs quits: 5M, 500k, off, or by time of day");
  screen.press(..."7X", "enter");
  await screen.until('"7X" is not a rate of at least 1k');
  screen.press("escape");
  await screen.until("New downloads go into /downloads");
});

test("the rate of the last seconds is a sparkline with its peak", async () => {
  const screen = await downloading();
  screen.press("t");
  for (const [state, bytesPerSecond] of [
    ["verifying", 9_000_000],
    ["running", 36_000_000],
    ["verifying", 18_000_000],
  ] as const) {
    screen.fake.transfers.change("t1", { state, bytesPerSecond });
  }
  const frame = await screen.until("peak 36 MB/s");
  expect(frame).toMatch(/changes +\S*\.#= +peak 36 MB\/s/);
  for (let second = 0; second < 40; second++) {
    screen.fake.transfers.change("t1", { state: "running", bytesPerSecond: 0 });
    screen.fake.transfers.change("t1", { state: "verifying" });
  }
  expect(await screen.until(/changes +_+ *$/m)).not.toContain("peak");
  screen.fake.transfers.change("t1", { state: "running", bytesPerSecond: 36_000_000 });
  await screen.until("peak 36 MB/s");
  screen.resize(60, 15);
  const narrow = await screen.until((frame) => !frame.includes("peak"));
  expect(narrow).toContain("New downloads go into /downloads");
});

test("without a byte there is no sparkline", async () => {
  const screen = renderProgram({ columns: 100, bucket: "bulk-ESG" });
  await screen.until("1/2 packages");
  const file = { fileId: "1", fileSetId: "2", name: "part1.gz", bytes: 50 };
  screen.fake.transfers.add([{ file, directory: "/downloads" }]);
  screen.press("t");
  for (const state of ["running", "queued", "running"] as const) {
    screen.fake.transfers.change("t1", { state });
  }
  const frame = await screen.until(/part1\.gz +running/);
  expect(frame).not.toContain("peak");
});

test("the row of a file set says why its downloads failed, as theirs do", async () => {
  const screen = renderProgram({ columns: 160, bucket: "bulk-ESG" });
  await screen.until("1/2 packages");
  screen.fake.transfers.add(
    ["1", "2", "3"].map((id) => ({
      directory: "/downloads",
      file: { fileId: id, fileSetId: id === "3" ? "b" : "a", name: `part${id}.gz`, bytes: 50 },
    })),
  );
  const error = new AppError({ kind: "not-found", tried: "Fetching part2.gz", answered: "gone" });
  screen.fake.transfers.change("t2", { state: "failed", error });
  screen.press("t");
  const frame = await screen.until(/Problem +Fetching part2\.gz: gone\./);
  expect(frame).toMatch(/^ ! Fetching part2\.gz: gone\./m);
});

test("several file sets have a row each, with a short name, its counts and its total", async () => {
  const screen = renderProgram({ columns: 80, rows: 24, bucket: "bulk-ESG" });
  await screen.until("1/2 packages");
  const fileSet = (kind: string, number: number) => ({
    directory: "/downloads",
    file: {
      fileId: `${kind}${number}`,
      fileSetId: kind,
      fileSetName: `Bulk-ESG-Global-Raw-Wealth-Standard-v2-Analytics-${kind}-Init-2026-11-22T18:15:15.433Z`,
      name: `Bulk-ESG-Global-Raw-Wealth-Standard-v2-Analytics-${kind}-Init-2026-11-22T18_15-part${number}.gz`,
      bytes: 50,
    },
  });
  screen.fake.transfers.add([
    fileSet("Csv", 1),
    fileSet("Csv", 2),
    fileSet("Jsonl", 1),
    fileSet("Jsonl", 2),
  ]);
  screen.fake.transfers.change("t1", { state: "saved", bytesDone: 50 });
  screen.press("t");
  const frame = await screen.until("part2.gz");
  expect(frame).toMatch(/^ - Csv-Init-2026-11-22 +1\/2 +\[#####-----\] +50% +100 B/m);
  expect(frame).toMatch(/^ {5}part2\.gz +queued/m);
  expect(frame).toMatch(/1\/4 downloads/);
  expect(frame).toContain("Enter fold  Esc back");
  screen.press("j");
  await screen.until("Enter open  Esc back");
  screen.press("k", "enter");
  await screen.until((shown) => shown.includes(" + Csv"));
});

test("names leave out their package, also if another one is in the list", async () => {
  const screen = renderProgram({ columns: 80, rows: 24, bucket: "bulk-ESG" });
  await screen.until("1/2 packages");
  const packageName = "Bulk-ESG-Global-Raw-Full-SchemeB-v1";
  const moment = "2026-11-22T16:11:18.777Z";
  const files = ["Env-Csv-Init", "Gov-Csv-Init"].flatMap((own) =>
    [0, 1].map((part) => ({
      fileId: `${own}${part}`,
      fileSetId: own,
      fileSetName: `${packageName}-${own}-${moment}`,
      packageName,
      name: `${packageName}-${own}-${moment}-part${part}.csv.gz`,
      bytes: 50,
    })),
  );
  const alone = {
    fileId: "3",
    fileSetId: "3",
    packageName,
    name: `${packageName}-Social-Delta-${moment}.csv.gz`,
    bytes: 50,
  };
  const others = [1, 2].map((part) => ({
    fileId: `PIT ${part}`,
    fileSetId: "PIT",
    fileSetName: "RFT-ESG-PIT-SDI-2026-11-22",
    packageName: "RFT-ESG-PIT-SDI",
    name: `EsgPITTopicScore.200${part}.zip`,
    bytes: 50,
  }));
  const add = (...added: readonly TransferFile[]) =>
    screen.fake.transfers.add(added.map((file) => ({ directory: "/downloads", file })));
  add(...files, alone, ...others);
  screen.press("t");
  const frame = await screen.until("part1.csv.gz");
  expect(frame).toMatch(/^ - Env · Csv · Init · 2026-11-22 +0\/2 /m);
  expect(frame).toMatch(/^ - Gov · Csv · Init · 2026-11-22 +0\/2 /m);
  expect(frame).toMatch(/^ {3}Social-Delta….csv.gz +queued/m);
  expect(frame).toMatch(/^ - RFT-ESG-PIT-SDI-2026-11-22 +0\/2 /m);
  // A package that begins alike leaves the words that differ.
  const like = packageName.replace("SchemeB", "SchemeA");
  add({ ...alone, fileId: "5", fileSetId: "5", packageName: like, name: `${like}-Env.csv.gz` });
  expect(await screen.until("SchemeA-v1-Env.csv.gz")).toMatch(/^ - SchemeB-v1-.*22 +0\/2 /m);
});

test("the rows of file sets keep what all of them share, as far as it fits", async () => {
  const screen = renderProgram({ columns: 80, rows: 24, bucket: "bulk-ESG" });
  await screen.until("1/2 packages");
  const packageName = "Bulk-ESG-Global-Raw-Full-SchemeB-v1";
  const files = ["2026-11-22", "2026-11-15"].flatMap((date) => {
    const name = `${packageName}-Social-Csv-Init-${date}T16:11:18.777Z`;
    const set = { fileSetId: date, fileSetName: name, packageName, bytes: 50 };
    return [0, 1].map((part) => ({
      ...set,
      fileId: `${date} ${part}`,
      name: `${name}-${part}.gz`,
    }));
  });
  screen.fake.transfers.add(files.map((file) => ({ directory: "/downloads", file })));
  screen.press("t");
  const frame = await screen.until("4 downloads");
  expect(frame).toMatch(/^ - Social-Csv-Init-2026-11-22 +0\/2 /m);
  expect(frame).toMatch(/^ - Social-Csv-Init-2026-11-15 +0\/2 /m);
});

test.each([
  ["Bulk-ESG-Raw-v1", "Env-Csv-Init-2026-11-22T16:11:18.777Z", "Env-Csv-Init-2026-11-22"],
  ["RFT-ESG-PIT-SDI", "2026-11-22", "RFT-ESG-PIT-SDI-2026-11-22"],
])("the header names the only file set of %s", async (packageName, own, shown) => {
  const screen = renderProgram({ columns: 60, rows: 15, bucket: "bulk-ESG" });
  await screen.until("1/2 packages");
  const add = (fileSetId: string, name: string) =>
    screen.fake.transfers.add([
      {
        directory: "/downloads",
        file: { fileId: name, fileSetId, fileSetName: `${packageName}-${own}`, packageName, name },
      },
    ]);
  add("a", "part1.gz");
  add("a", "part2.gz");
  screen.press("t");
  await screen.until(new RegExp(`^ cfs {2}${shown} › Downloads `));
  add("b", "part3.gz");
  await screen.until(/^ cfs {2}Downloads /);
});

test("names of several file sets are cut at the same place, and keep their date", async () => {
  const screen = renderProgram({ columns: 80, rows: 24, bucket: "bulk-ESG" });
  await screen.until("1/2 packages");
  const packageName = "Bulk-ESG-Europe-Scores-Full-SchemeB-v1";
  const files = ["2026-11-22", "2026-11-15"].flatMap((date) =>
    ["Delta", "Init"].flatMap((kind) =>
      ["csv", "jsonl"].map((format) => ({
        fileId: `${kind}${date}${format}`,
        fileSetId: `${kind}${date}${format}`,
        packageName,
        name: `${packageName}-${kind}-${date}T16:04:11.525Z.${format}.gz`,
        bytes: 50,
      })),
    ),
  );
  screen.fake.transfers.add(files.map((file) => ({ directory: "/downloads", file })));
  screen.press("t");
  const frame = await screen.until("8 downloads");
  const names = frame
    .split("\n")
    .slice(4, 12)
    .map((line) => line.slice(3, 26).trim());
  expect(names).toEqual([
    "Delta…11-22….csv.gz",
    "Delta…11-22….jsonl.gz",
    "Init…11-22….csv.gz",
    "Init…11-22….jsonl.gz",
    "Delta…11-15….csv.gz",
    "Delta…11-15….jsonl.gz",
    "Init…11-15….csv.gz",
    "Init…11-15….jsonl.gz",
  ]);
});

test("what is downloaded knows its package", async () => {
  const screen = await downloading();
  const { packageName } = screen.fake.transfers.snapshot().transfers[0]?.file ?? {};
  expect(packageName).toMatch(/^Bulk-ESG-Global-Content\d-v1$/);
});

test("a failure is explained in the status of its row", async () => {
  const screen = await downloading();
  const error = new AppError({
    kind: "disk",
    tried: "Writing part1.gz",
    answered: "the disk is full",
  });
  screen.press("t");
  screen.fake.transfers.change("t1", { state: "failed", error, bytesPerSecond: 0 });
  await screen.until("Writing part1.gz: the disk is full.");
  screen.press("s", "down", "down", "enter");
  await screen.until("Sorted by");
  expect(screen.frame()).toContain("1 failed");
});

test("a failure that does not fit begins with its reason", async () => {
  const screen = await downloading();
  const error = new AppError({
    kind: "disk",
    tried: `Writing ${"long-".repeat(20)}part1.gz`,
    answered: "the disk is full",
    advice: "Free some space.",
  });
  screen.press("t");
  screen.fake.transfers.change("t1", { state: "failed", error, bytesPerSecond: 0 });
  await screen.until("1 failed");
  screen.press("down", "up");
  await screen.until("! the disk is full. Free some space.");
});

test("the total has what is missing because it failed, and took no less time than its rows", async () => {
  const screen = await downloading();
  screen.press("t");
  screen.fake.transfers.change("t1", { state: "failed", bytesPerSecond: 0, seconds: 3_600 });
  for (const id of ["t3", "t4"]) screen.fake.transfers.change(id, { state: "cancelled" });
  const frame = await screen.until(/1\/2 done +1 failed/);
  expect(frame).toMatch(
    /\[########-+\] +71% +1\/2 done +1 failed +133 MB of 186 MB +elapsed 1h00m/,
  );
});

test("at 60 cells the bars, the percentage and the state stay", async () => {
  const screen = await downloading({ columns: 60, rows: 15 });
  screen.press("t");
  const frame = await screen.until("New downloads");
  expect(frame).toMatch(/running +\[####-+\] +43%/);
  expect(frame).toContain("18 MB/s");
});

test("quitting while downloads run asks, with what each key does", async () => {
  const screen = await downloading();
  screen.press("q");
  const frame = await screen.until("Quit? 1 download running, 2 waiting.");
  for (const words of ["quit and resume", "wait, then quit", "stay"]) {
    expect(frame).toContain(words);
  }
  screen.press("w");
  await screen.until("Will quit when downloads finish.");
});

test("the question about quitting shows what differs in the names of the downloads", async () => {
  const screen = await downloading({
    columns: 60,
    prepare: ({ fileStore }) => {
      fileStore.filesAnswer = () =>
        ["Env", "Gov", "Social", "Wealth"].map((part, index) =>
          someFile(index + 1, {
            filename: `Bulk-ESG-Global-Raw-Full-SchemeB-v1-${part}-Init-2026-11-22T16:11:18.777Z.csv.gz`,
          }),
        );
    },
  });
  screen.press("q");
  const frame = await screen.until("Quit?");
  for (const part of ["Env", "Social", "Wealth"]) expect(frame).toContain(`%  ${part}-Init-2026-`);
});

test("a retry whose reason does not fit shows its cause alone", async () => {
  const screen = await downloading({ columns: 60 });
  screen.press("t");
  await screen.until("New downloads");
  const error = new AppError({
    kind: "service",
    tried: "Fetching",
    answered: 'the object store answered 503, "Please reduce your request rate."',
    brief: "Please reduce your request rate (503)",
  });
  screen.fake.transfers.change("t1", { retry: { attempt: 3, inSeconds: 4, error } });
  await screen.until("! Please reduce your request rate (503).");
});

test.each(["q", "y", "enter"] as const)("%s quits when asked while downloads run", async (key) => {
  const screen = await downloading();
  screen.press("q");
  await screen.until("Quit? 1 download running, 2 waiting.");
  expect(screen.fake.left).toEqual([]);
  screen.press(key);
  await waitUntil(() => screen.fake.left.length === 1);
});

test("a question about quitting that has lost its reason says so", async () => {
  const screen = await downloading();
  screen.press("q");
  await screen.until("Quit? 1 download running");
  for (const { id } of screen.fake.transfers.snapshot().transfers) {
    screen.fake.transfers.change(id, { state: "saved" });
  }
  const frame = await screen.until("All downloads have finished.");
  expect(frame).not.toContain("wait, then quit");
  expect(frame).not.toContain("w wait");
  expect(frame).toMatch(/q +quit +│/);
});

test("no total is shown if all downloads were cancelled", async () => {
  const screen = await downloading();
  screen.press("t");
  for (const id of ["t1", "t2", "t3", "t4"]) {
    screen.fake.transfers.change(id, { state: "cancelled", bytesPerSecond: 0 });
  }
  const frame = await screen.until("4 cancelled");
  expect(frame).not.toMatch(/0\/0|0 B/);
});

test("of a cancelled download nothing is on disk, and no bar says so", async () => {
  const screen = await downloading();
  screen.press("t");
  await screen.until(/\[####-+\] +43%/);
  screen.fake.transfers.change("t1", { state: "cancelled" });
  await screen.until(/cancelled {20,}93 MB/);
});

test("a long path keeps its end in sight, and a narrow screen the folder", async () => {
  const screen = await downloading();
  screen.resize(40, 10);
  const path = `/downloads/${"deep/".repeat(20)}part1.gz`;
  screen.fake.transfers.change("t1", { path });
  screen.press("t");
  await screen.until(/\/down.*….*part1\.gz\.part +\d\/4/);
  expect(screen.lines()[0]).toContain(" cfs  Downloads ");
  expect(screen.lines()[1]).toContain("Into /downloads  o changes");
});

test("what was there already from the last time is said at the start", async () => {
  const screen = renderProgram({
    prepare: ({ program, transfers }) => {
      transfers.add([
        { directory: "/downloads", file: { fileId: "1", fileSetId: "2", name: "part1.gz" } },
      ]);
      program.actions.followTransfers();
    },
  });
  await screen.until("Resumed 1 download from your last session. :downloads shows them.");
  for (const key of ":downloads") screen.press(key);
  screen.press("enter");
  await screen.until(" cfs  Downloads ");
});

test("downloads of the last session are not reported as resumed before the sign-in", async () => {
  const screen = renderProgram({
    prepare: ({ auth, program, transfers }) => {
      auth.kept = undefined;
      const [id = ""] = transfers.add([
        { directory: "/downloads", file: { fileId: "1", fileSetId: "2", name: "part1.gz" } },
      ]);
      transfers.pause(id);
      program.actions.followTransfers();
    },
  });
  const form = await screen.until("User name");
  expect(form).toContain("↓ 1 paused");
  expect(form).not.toContain("last session");
  screen.type("GE-A-1\rsecret\rkey\r");
  await screen.until("Resumed 1 download from your last session. :downloads shows them.");
});

test("downloads of the last session continue after the sign-in", async () => {
  const screen = renderProgram({
    prepare: ({ program, transfers }) => {
      const [id = ""] = transfers.add([
        { directory: "/downloads", file: { fileId: "1", fileSetId: "2", name: "part1.gz" } },
      ]);
      transfers.pause(id);
      program.actions.followTransfers();
    },
  });
  await screen.until("↓ 0/1");
  expect(screen.fake.transfers.calls.at(-1)).toMatch(/^resume /);
});

test("the folder is changed from anywhere", async () => {
  const screen = await downloading();
  screen.press("o");
  await screen.until("Download folder until cfs quits");
  screen.press("ctrl-u");
  screen.type("/elsewhere\r");
  await screen.until("/elsewhere does not exist. Enter creates it.");
  screen.press("enter");
  await screen.until("Downloads go to /elsewhere until cfs quits; 2 downloads move there.");
});

test("the demo does not promise to keep what it throws away", async () => {
  const screen = await downloading({ demo: true });
  screen.press("q");
  const frame = await screen.until("Quit? 1 download running, 2 waiting.");
  expect(frame).toContain("quit; the demo keeps nothing");
  expect(frame).not.toContain("keep the partial files");
});
