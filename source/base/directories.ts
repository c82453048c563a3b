import { join, resolve } from "node:path";
import envPaths from "env-paths";

/** The folder of what can be made anew: beside the settings where their folder was chosen, else the platform's cache. */
export function cacheDirectory(configDirectory: string | undefined): string {
  return configDirectory === undefined
    ? envPaths("cfs", { suffix: "" }).cache
    : join(resolve(configDirectory), "cache");
}
