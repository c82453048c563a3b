import type { Commands } from "./add-command.ts";
import { readPort } from "./read-words.ts";

/** `sandbox`. */
export function addToolCommands({ add, call, heading }: Commands): void {
  heading("Tools");

  add("sandbox", "the embedded sandbox as a server on 127.0.0.1", [
    "cfs sandbox",
    "cfs sandbox --port 8080 --json",
  ])
    .option("--port <number>", "port to listen on (default: any)", readPort)
    .option("--json", "host, username, password and app key as one JSON object")
    .action(async (options) => (await import("./sandbox.ts")).sandbox(options, call));
}
