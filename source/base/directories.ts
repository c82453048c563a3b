import { join, resolve } from "node:path";
import envPaths from "env-paths";

/** The cache folder: in the chosen settings folder, or the platform's cache. */
export function cacheDirectory(configDirectory: string | undefined): string {
  return configDirectory === undefined
    ? envPaths("cfs", { suffix: "" }).cache
    : join(resolve(configDirectory), "cache");
}
