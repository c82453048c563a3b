import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { PackageParts } from "../../scripts/package-contents.mjs";
import { sharedFiles } from "../../source/documents/shared-files.ts";

/** What a package is made of, for a program that only prints its version. */
export async function packageParts(folder: string): Promise<PackageParts> {
  const executable = join(folder, "cfs-linux-x64");
  await writeFile(executable, "#!/bin/sh\necho 1.2.0-rc.1\n");
  await writeFile(join(folder, "LICENSES.txt"), "All licences\n");
  for (const { path, text } of sharedFiles("2026-11-24")) {
    await mkdir(dirname(join(folder, "share", path)), { recursive: true });
    await writeFile(join(folder, "share", path), text);
  }
  return {
    executable,
    licenses: join(folder, "LICENSES.txt"),
    platform: "linux-x64",
    shared: join(folder, "share"),
    program: {
      version: "1.2.0-rc.1",
      description: "A terminal program: for data.",
      license: "MIT",
    },
    outdir: folder,
  };
}
