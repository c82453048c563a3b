import fs from "node:fs";
import path from "node:path";
import { expect, onTestFinished, vi } from "vitest";
import { AppError, type ErrorKind } from "../../../source/base/errors.ts";
import {
  createQueuePersistence,
  openQueueFile,
} from "../../../source/transfer/queue/queue-file.ts";
import { apply, createRecord, type TransferRecord } from "../../../source/transfer/queue/record.ts";
import { test as base } from "../../support/test.ts";

type Event = Parameters<typeof apply>[1];

const outcome = { state: "saved", path: "/d/a", bytes: 1 } as const;

function failed(kind: ErrorKind): Event {
  return { kind: "failed", error: new AppError({ kind, tried: "Fetching", answered: "no" }) };
}

function recordOf(name: string, ...events: Event[]): TransferRecord {
  const file = { fileId: name, fileSetId: "set", name };
  const record = createRecord(name, { file, directory: "/d" }, "queued");
  for (const event of events) apply(record, event, 0);
  return record;
}

const test = base
  .extend("kept", ({ folder }) => {
    /** The transfers in the queue files, by name. */
    return () => {
      const texts = fs
        .readdirSync(folder)
        .map((name) => fs.readFileSync(path.join(folder, name), "utf8"));
      return texts.flatMap((text): object[] => JSON.parse(text).waiting);
    };
  })
  .extend("persist", ({ folder }) => {
    return (...records: TransferRecord[]) => {
      const byId = new Map(records.map((record) => [record.id, record]));
      return { records: byId, ...createQueuePersistence(folder, byId) };
    };
  })
  /** Makes the process of a queue file look like one that has ended. */
  .extend("end", ({ folder }) => {
    return (name: string, change: (text: string) => string = (text) => text) => {
      const file = path.join(folder, name);
      const queue = JSON.parse(fs.readFileSync(file, "utf8"));
      queue.process.began = "another";
      fs.writeFileSync(file, change(JSON.stringify(queue)));
    };
  });

test("keeps what has not ended, may succeed later, or can be restored", ({ kept, persist }) => {
  const { saveNow } = persist(
    recordOf("queued"),
    recordOf("running", { kind: "started" }, { kind: "named", path: "/d/running (2)" }),
    recordOf("paused", { kind: "interrupted", state: "paused" }),
    recordOf("verifying", { kind: "started" }, { kind: "verifying" }),
    recordOf("network", failed("service")),
    recordOf("damaged", failed("integrity")),
    recordOf("saved", { kind: "finished", outcome }),
    recordOf("cancelled", { kind: "cancelled", atMs: 7 }),
    recordOf("discarded", { kind: "cancelled", atMs: 7 }, { kind: "discarded" }),
  );
  saveNow();
  const names = ["queued", "running", "paused", "verifying", "network", "cancelled"];
  expect(kept()).toEqual(
    names.map((name) => ({
      directory: "/d",
      file: { fileId: name, fileSetId: "set", name },
      ...(name === "running" ? { path: "/d/running (2)" } : {}),
      ...(name === "cancelled" ? { cancelledAtMs: 7 } : {}),
    })),
  );
});

test("saves changes shortly, all together", ({ kept, persist }) => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { records, saveSoon } = persist();
  records.set("a", recordOf("a"));
  saveSoon();
  vi.advanceTimersByTime(299);
  records.set("b", recordOf("b"));
  saveSoon();
  expect(kept()).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(kept()).toHaveLength(2);
  expect(vi.getTimerCount()).toBe(0);
  records.clear();
  saveSoon();
  vi.advanceTimersByTime(300);
  expect(kept()).toEqual([]);
});

test("saves nothing later that it has saved now", ({ kept, persist }) => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { records, saveNow, saveSoon } = persist(recordOf("a"));
  saveSoon();
  saveNow();
  expect(kept()).toHaveLength(1);
  expect(vi.getTimerCount()).toBe(0);
  records.clear();
  saveSoon();
  expect(vi.getTimerCount()).toBe(1);
});

test("keeps nothing without a folder, and continues if it cannot be written", ({ folder }) => {
  const records = new Map([["a", recordOf("a")]]);
  const blocked = path.join(folder, "file");
  fs.writeFileSync(blocked, "");
  for (const directory of [undefined, path.join(blocked, "queue")]) {
    const { recovered, saveNow, saveSoon } = createQueuePersistence(directory, records);
    expect(recovered).toEqual([]);
    saveNow();
    saveSoon();
  }
  expect(fs.readdirSync(folder)).toEqual(["file"]);
});

test("continues if the folder is gone later", ({ folder, persist }) => {
  const { saveNow } = persist(recordOf("a"));
  fs.rmSync(folder, { recursive: true });
  fs.writeFileSync(folder, "");
  expect(saveNow).not.toThrow();
});

const request = (name: string, directory = "/d") => ({
  file: { fileId: name, fileSetId: "set", name },
  directory,
});

test("writes only what has changed", ({ folder }) => {
  const queue = openQueueFile(folder);
  queue.save([request("a")]);
  const [name = ""] = fs.readdirSync(folder);
  fs.writeFileSync(path.join(folder, name), "mine");
  queue.save([request("a")]);
  expect(fs.readFileSync(path.join(folder, name), "utf8")).toBe("mine");
  queue.save([request("b")]);
  expect(fs.readFileSync(path.join(folder, name), "utf8")).toContain('"b"');
  queue.save([]);
  expect(fs.readdirSync(folder)).toEqual([]);
});

test("creates its folder for its owner only, and no file before there is something to keep", ({
  folder,
}) => {
  const directory = path.join(folder, "queue");
  openQueueFile(directory);
  expect(fs.statSync(directory).mode & 0o777).toBe(0o700);
  expect(fs.readdirSync(directory)).toEqual([]);
});

test("recovers each transfer of ended processes once, and reads no other files", ({
  end,
  folder,
}) => {
  for (const directory of ["/d", "/e"])
    openQueueFile(folder).save([request("a", directory), request("b")]);
  for (const name of fs.readdirSync(folder)) end(name);
  for (const name of ["config.json", "transfers-a.json.bak", "transfers-.txt"])
    fs.writeFileSync(path.join(folder, name), "{}");
  const { recovered } = openQueueFile(folder);
  const pairs = recovered.map(({ directory, file }) => `${directory}/${file.name}`);
  expect(pairs.sort()).toEqual(["/d/a", "/d/b", "/e/a"]);
  const left = fs.readdirSync(folder).filter((name) => !/^transfers-[\w-]+\.json$/.test(name));
  expect(left.sort()).toEqual(["config.json", "transfers-.txt", "transfers-a.json.bak"]);
});

test("keeps what it recovered although it saves nothing more", ({ end, folder, kept }) => {
  openQueueFile(folder).save([request("a")]);
  for (const name of fs.readdirSync(folder)) end(name);
  openQueueFile(folder);
  expect(kept()).toEqual([request("a")]);
});

test("counts a queue with wrong values as empty", ({ end, folder }) => {
  openQueueFile(folder).save([request("a")]);
  for (const name of fs.readdirSync(folder)) end(name, (text) => text.replace('"/d"', "7"));
  expect(openQueueFile(folder).recovered).toEqual([]);
  expect(fs.readdirSync(folder)).toEqual([]);
});

test.for<[string, number, boolean]>([
  ["that is just being written stays", 0, true],
  ["that was cut off is removed", 61_000, false],
  ["that was dated just before the clock was set back stays", -30_000, true],
])("an unreadable new file %s", ([_, ageMs, stays], { folder }) => {
  const file = path.join(folder, "transfers-x.json.new");
  fs.writeFileSync(file, "{");
  const at = new Date(Date.now() - ageMs);
  fs.utimesSync(file, at, at);
  openQueueFile(folder);
  expect(fs.existsSync(file)).toBe(stays);
});

test("leaves the readable new file of a running process", ({ folder }) => {
  openQueueFile(folder).save([request("a")]);
  const [name = ""] = fs.readdirSync(folder);
  fs.renameSync(path.join(folder, name), path.join(folder, `${name}.new`));
  expect(openQueueFile(folder).recovered).toEqual([]);
  expect(fs.readdirSync(folder)).toContain(`${name}.new`);
});
