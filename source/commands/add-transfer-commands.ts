import { type Commands, jsonOption } from "./add-command.ts";

/** `get`. */
export function addTransferCommands({ add, call, heading }: Commands): void {
  heading("Download");

  add("get <id...>", "download files, and all files of file sets", ["cfs get FILE_SET_ID -o data/"])
    .option("-o, --output <dir>", "folder to put them in (default: this one)")
    .option("--overwrite", "replace files that are there already")
    .addOption(jsonOption())
    .action(async (ids, options) => (await import("./get.ts")).get(ids, options, call));
}
