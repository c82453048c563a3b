import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { diskError } from "../files/disk.ts";

/** The folder of a profile in `directory`, which the default profile uses itself. Some file systems refuse its name. */
export function profileFolder(directory: string, profile: string | undefined): string {
  if (profile === undefined) return directory;
  const digest = createHash("sha256").update(profile).digest("hex").slice(0, 32);
  return join(directory, "profiles", digest);
}

/** Throws an AppError of kind disk. */
export function removeProfileFolder(directory: string, profile: string): void {
  try {
    rmSync(profileFolder(directory, profile), { recursive: true, force: true });
  } catch (thrown) {
    throw diskError(thrown, `Removing the profile ${profile}`);
  }
}
