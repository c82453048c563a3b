import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { expect, vi } from "vitest";
import { closeFile } from "../../../source/files/disk.ts";
import { createCheck } from "../../../source/transfer/verify/checks.ts";
import type { WorkerReply } from "../../../source/transfer/verify/messages.ts";
import { createWorkerTasks } from "../../../source/transfer/verify/worker-tasks.ts";
import { test as base } from "../../support/test.ts";
import { waitUntil } from "../../support/wait-until.ts";

vi.mock("../../../source/files/disk.ts", { spy: true });
vi.mock("../../../source/transfer/verify/checks.ts", { spy: true });

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** The tasks of a thread, its replies, and a file with five bytes. */
const test = base.extend("thread", ({ folder }) => {
  const replies: WorkerReply[] = [];
  const file = path.join(folder, "a.part");
  fs.writeFileSync(file, "bytes");
  return { replies, file, perform: createWorkerTasks((message) => void replies.push(message)) };
});

test("a file is verified and then closed", async ({ thread: { file, perform, replies } }) => {
  await perform({ kind: "verify", id: 7, path: file, checks: ["sha256"] });
  expect(replies).toEqual([]);
  await perform({ kind: "finish", id: 7, bytes: 5 });
  await perform({ kind: "close", id: 7 });
  expect(replies).toEqual([
    { kind: "found", id: 7, findings: { sha256: sha256("bytes") } },
    { kind: "closed", id: 7 },
  ]);
});

test("a failed close ends no thread, in which other files are open", async ({
  thread: { file, perform, replies },
}) => {
  await perform({ kind: "verify", id: 7, path: file, checks: ["sha256"] });
  vi.mocked(closeFile).mockRejectedValueOnce(new Error("injected"));
  await perform({ kind: "close", id: 7 });
  expect(replies).toEqual([{ kind: "closed", id: 7 }]);
});

test("a hash that the system refuses ends no thread either", async ({
  thread: { file, perform, replies },
}) => {
  vi.mocked(createCheck).mockImplementationOnce(() => {
    throw new Error("injected");
  });
  await perform({ kind: "verify", id: 7, path: file, checks: ["sha256"] });
  await perform({ kind: "finish", id: 7, bytes: 5 });
  await perform({ kind: "close", id: 7 });
  expect(replies).toEqual([
    { kind: "failed", id: 7, message: "injected" },
    { kind: "closed", id: 7 },
  ]);
});

test("a file is verified while it grows", async ({ thread: { file, perform, replies } }) => {
  const reads = vi.spyOn(fs, "readSync");
  await perform({ kind: "verify", id: 7, path: file, checks: ["sha256"] });
  await perform({ kind: "advance", id: 7, end: 5 });
  await waitUntil(() => reads.mock.results.length === 1);
  reads.mockRestore();
  fs.writeFileSync(file, "other, and more");
  await perform({ kind: "finish", id: 7, bytes: 5 });
  expect(replies).toMatchObject([{ findings: { sha256: sha256("bytes") } }]);
});

test("a file that cannot be read is reported with the system's code", async ({
  thread: { file, perform, replies },
}) => {
  await perform({ kind: "verify", id: 7, path: `${file}.gone`, checks: ["sha256"] });
  await perform({ kind: "finish", id: 7, bytes: 5 });
  expect(replies).toEqual([
    { kind: "failed", id: 7, message: expect.stringContaining("ENOENT"), code: "ENOENT" },
  ]);
});

test("a file that is closed is forgotten, and its task ends", async ({
  thread: { file, perform, replies },
}) => {
  await perform({ kind: "verify", id: 7, path: file, checks: ["sha256"] });
  await perform({ kind: "close", id: 7 });
  await perform({ kind: "advance", id: 7, end: 5 });
  await perform({ kind: "finish", id: 7, bytes: 5 });
  await perform({ kind: "close", id: 7 });
  expect(replies).toEqual([
    { kind: "closed", id: 7 },
    { kind: "found", id: 7, findings: {} },
    { kind: "closed", id: 7 },
  ]);
});

test("small files are saved together", async ({ folder, thread: { perform, replies } }) => {
  const files = [3, 4].map((id) => ({
    id,
    order: { name: `${id}`, path: path.join(folder, `${id}`), checks: [], replaces: false },
    bytes: Buffer.from(`bytes of ${id}`),
  }));
  fs.writeFileSync(path.join(folder, "4"), "mine");
  await perform({ kind: "save", files });
  expect(replies).toMatchObject([
    {
      kind: "ended",
      outcomes: [
        { id: 3, outcome: { kind: "saved" } },
        { id: 4, outcome: { kind: "taken" } },
      ],
    },
  ]);
  expect(fs.readFileSync(path.join(folder, "3"), "utf8")).toBe("bytes of 3");
});

test("a message that is no command is refused", async ({ thread: { perform, replies } }) => {
  await expect(perform({ kind: "advance", id: 7, end: -1 })).rejects.toThrow();
  expect(replies).toEqual([]);
});
