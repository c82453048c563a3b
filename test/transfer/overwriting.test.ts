import { randomBytes } from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";
import { expect, vi } from "vitest";
import { createDirectorySync } from "../../source/files/disk.ts";
import { test as it } from "./engine-fixture.ts";

vi.mock("../../source/files/disk.ts", { spy: true });

it("syncs the folder before it starts a part file beside the complete one, whose journal must not reappear", async ({
  directory,
  createEngine,
  offer,
  fetchAll,
}) => {
  const standing: string[][] = [];
  vi.mocked(createDirectorySync).mockReturnValueOnce(async (synced) => {
    standing.push(await fs.readdir(synced));
  });
  const engine = createEngine();
  await fs.writeFile(path.join(directory, "new.bin"), "old");
  const [transfer] = await fetchAll(engine, [offer("new", randomBytes(600_000))], true);
  expect(transfer?.state).toBe("saved");
  expect(standing[0]).toEqual(["new.bin", "new.bin.part.lock"]);
  expect(standing).toHaveLength(2);
});
