import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSandbox } from "../../source/sandbox/sandbox.ts";

export const bucket = "bulk-A";
export const packageName = "Pack-A";
export const fileName = "part1.csv.gz";

/** Larger than what is fetched in one request. */
const fileBytes = 20_000_000;

export interface Service {
  /** An empty folder. */
  folder: string;
  close(): Promise<void>;
}

/** Starts a service with one file, and sets the variables that lead the program to it. */
export async function startService(): Promise<Service> {
  const sandbox = await startSandbox({ empty: true });
  const { packageId } = sandbox.catalogue.addPackage({ packageName, bucketNames: [bucket] });
  const files = [{ filename: fileName, bytes: fileBytes }];
  sandbox.catalogue.addFileSet({ name: "Set-A", packageId, files });
  const folder = await mkdtemp(join(tmpdir(), "cfs-journey-"));
  Object.assign(process.env, {
    CFS_CONFIG_DIR: join(folder, "settings"),
    RDP_HOST: sandbox.host,
    RDP_USERNAME: sandbox.username,
    RDP_PASSWORD: sandbox.password,
    RDP_APP_KEY: sandbox.appKey,
  });
  return {
    folder: join(folder, "downloads"),
    async close() {
      await sandbox.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
