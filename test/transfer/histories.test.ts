import { createHash } from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";
import fc from "fast-check";
import { expect, vi } from "vitest";
import { bodyDigest, type SandboxFile, startSandbox } from "../../source/sandbox/sandbox.ts";
import { addFaults, type History, histories } from "./fault-histories.ts";
import { test as base, offerFile, type Told } from "./processes.ts";

/** More by the environment, for a long look; another seed is another set of histories. */
const count = Number(process.env["CFS_TEST_HISTORIES"] ?? 20);
const seed = Number(process.env["CFS_TEST_SEED"] ?? 1);
const faultsEach = 10;

// They wait most of the time.
vi.setConfig({ maxConcurrency: 10 });

const it = base
  /** Over the histories of one object, in bytes: what had arrived at the kills, and what arrived again. */
  .extend("killed", { scope: "file" }, { arrived: 0, again: 0 })
  /** Runs one process after the other until the file is saved, and kills each at the point of its history. */
  .extend("live", ({ folder, killed, processes }, { onCleanup }) => {
    return async ({ file, connections, faults, bytesPerSecond }: History) => {
      // The sandbox limits each connection, and eight start together.
      const perConnection = bytesPerSecond / Math.min(8, connections);
      const sandbox = await startSandbox({ empty: true, bytesPerSecond: perConnection });
      onCleanup(() => sandbox.close());
      const object = offerFile(sandbox, file);
      let told: Told = { bytesFetched: 0 };
      let killAt = Number.POSITIVE_INFINITY;
      const left = addFaults(sandbox, object, faults, (bytes) => {
        killAt = told.bytesFetched + bytes;
      });
      let fetched = 0;
      let arrived = 0;
      while (!isKept(told)) {
        const { version } = object;
        told = { bytesFetched: 0 };
        const order = { fileId: object.id, directory: folder, connections, stallSeconds: 1 };
        const running = processes.start(sandbox, order);
        const isKilled = await running
          .until((now) => {
            told = now;
            return told.bytesFetched >= killAt;
          })
          .then(
            () => true,
            () => false,
          );
        if (isKilled) running.kill();
        told = await running.ended;
        killAt = Number.POSITIVE_INFINITY;
        fetched += told.bytesFetched;
        await expectNothingHalf(folder, object);
        if (isKilled) {
          arrived += Math.min(fetched, object.bytes);
        } else if (!isKept(told)) {
          // Refused too often in a row; or another object than the one that was listed.
          expect(object.version === version ? [5] : [5, 6]).toContain(told.exitCode);
        }
      }
      expect(left).toEqual([]);
      expect(await fs.readdir(folder)).toEqual([file.filename]);
      if (object.version > 1) return;
      killed.arrived += arrived;
      killed.again += fetched - object.bytes;
    };
  });

const isKept = ({ state }: Told) => state === "saved" || state === "skipped";

/** What stands under the final name is whole and right. */
async function expectNothingHalf(folder: string, object: SandboxFile): Promise<void> {
  if (!(await fs.readdir(folder)).includes(object.filename)) return;
  const body = await fs.readFile(path.join(folder, object.filename));
  expect(createHash("sha256").update(body).digest("hex")).toBe(await bodyDigest(object, "sha256"));
}

it.concurrent.for(fc.sample(histories(faultsEach), { seed, numRuns: count }))(
  "keeps only right bytes, whatever happens (history %#)",
  (history, { live }) => live(history),
);

it("little is fetched twice", ({ killed }) => {
  expect(killed.arrived).toBeGreaterThan(0);
  expect(killed.again).toBeLessThan(killed.arrived * 0.1);
});
