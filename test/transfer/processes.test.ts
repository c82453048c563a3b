import { createHash } from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";
import { describe, expect } from "vitest";
import { bodyDigest } from "../../source/sandbox/sandbox.ts";
import { test as base, offerFile } from "./processes.ts";

const megabyte = 1024 * 1024;

const it = base
  .extend("sandboxOptions", { empty: true, bytesPerSecond: megabyte / 2 })
  .extend("object", ({ sandbox }) =>
    offerFile(sandbox, { filename: "a.csv.gz", bytes: 8 * megabyte }),
  )
  .extend("start", ({ folder, object, processes, sandbox }) => {
    return () => processes.start(sandbox, { fileId: object.id, directory: folder });
  })
  .extend("expectWhole", ({ folder, object }) => {
    return async () => {
      expect(await fs.readdir(folder)).toEqual(["a.csv.gz"]);
      const body = await fs.readFile(path.join(folder, "a.csv.gz"));
      const sha256 = createHash("sha256").update(body).digest("hex");
      expect(sha256).toBe(await bodyDigest(object, "sha256"));
    };
  });

describe("of two processes with one destination", () => {
  it("the second names the holder and exits with 7, and the first continues", async ({
    start,
    expectWhole,
  }) => {
    const first = start();
    await first.until(({ bytesFetched }) => bytesFetched > megabyte);
    // However long the second takes to begin, the first has not ended by then.
    process.kill(first.pid, "SIGSTOP");
    const second = await start().ended;
    process.kill(first.pid, "SIGCONT");
    expect(second).toMatchObject({ state: "failed", exitCode: 7, bytesFetched: 0 });
    expect(second.error).toContain(`another cfs (process ${first.pid}) is fetching it`);
    expect((await first.ended).state).toBe("saved");
    await expectWhole();
  });

  it("the second takes over the partial file of a killed one, and fetches little of it again", async ({
    folder,
    start,
    object,
    expectWhole,
  }) => {
    const first = start();
    await first.until(({ bytesFetched }) => bytesFetched > 5 * megabyte);
    first.kill();
    const arrived = (await first.ended).bytesFetched;
    expect((await fs.readdir(folder)).sort()).toEqual([
      "a.csv.gz.part",
      "a.csv.gz.part.journal",
      "a.csv.gz.part.lock",
    ]);
    const second = await start().ended;
    expect(second.state).toBe("saved");
    expect(arrived + second.bytesFetched - object.bytes).toBeLessThan(arrived * 0.1);
    await expectWhole();
  });
});
