import { localFileName } from "../../domain/file-name.ts";
import type { Entry } from "../state/row.ts";
import type { State } from "../state/state.ts";
import { currentEntry, currentPlace } from "./table.ts";

/** One of a few things to choose from in what lies over the screen. */
export interface Choice {
  id: string;
  title: string;
  about: string;
}

/** `word` as one word of a shell. */
function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function under(directory: string, name: string): string {
  return `${directory.replace(/\/$/, "")}/${name}`;
}

/** The id that the service knows a row by. */
export function idOf(entry: Entry): string {
  return entry.kind === "transfer" ? entry.item.file.fileId : entry.id;
}

function commandOf(entry: Entry, state: State): string {
  const place = currentPlace(state);
  if (entry.kind === "package") {
    const bucket = "bucket" in place ? place.bucket : (entry.item.bucketNames[0] ?? "");
    return `cfs file-sets ${shellWord(bucket)} --package ${shellWord(entry.id)}`;
  }
  const directory = entry.kind === "transfer" ? entry.item.directory : state.directory;
  return `cfs get ${shellWord(idOf(entry))} -o ${shellWord(directory)}`;
}

function pathOf(entry: Entry, state: State): string | undefined {
  const name = localFileName(entry.name);
  if (entry.kind === "file") return under(state.directory, entry.foundAs ?? name);
  if (entry.kind !== "transfer") return undefined;
  return entry.item.path ?? under(entry.item.directory, name);
}

/** What can be copied of the row under the cursor, with the text itself; the address is fetched when asked for. */
export function copiesOf(state: State): readonly Choice[] {
  const entry = currentEntry(state);
  if (!entry) return [];
  const path = pathOf(entry, state);
  const address = "a signed address to fetch the file with; it is a secret";
  return [
    { id: "name", title: "Name", about: entry.name },
    { id: "id", title: "Id", about: idOf(entry) },
    ...(path === undefined ? [] : [{ id: "path", title: "Path on disk", about: path }]),
    { id: "command", title: "Command", about: commandOf(entry, state) },
    ...(entry.kind === "file" || entry.kind === "transfer"
      ? [{ id: "address", title: "Address", about: address }]
      : []),
  ];
}
