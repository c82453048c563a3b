import { localFileName } from "../../domain/file-name.ts";
import { shellWord } from "../../domain/shell-word.ts";
import type { Row } from "../state/row.ts";
import type { State } from "../state/state.ts";
import { currentPlace, currentRow } from "./table.ts";

export interface Choice {
  id: string;
  title: string;
  about: string;
}

function under(directory: string, name: string): string {
  return `${directory.replace(/\/$/, "")}/${name}`;
}

export function serviceId(row: Row): string {
  return row.kind === "transfer" ? row.item.file.fileId : row.id;
}

function commandOf(row: Row, state: State): string {
  const place = currentPlace(state);
  if (row.kind === "package") {
    const bucket = "bucket" in place ? place.bucket : (row.item.bucketNames[0] ?? "");
    return `cfs file-sets ${shellWord(bucket)} --package ${shellWord(row.id)}`;
  }
  const directory = row.kind === "transfer" ? row.item.directory : state.directory;
  return `cfs get ${shellWord(serviceId(row))} -o ${shellWord(directory)}`;
}

function pathOf(row: Row, state: State): string | undefined {
  const name = localFileName(row.name);
  if (row.kind === "file") return under(state.directory, name);
  if (row.kind !== "transfer") return undefined;
  return row.item.path ?? under(row.item.directory, name);
}

/** The address is fetched only on request. */
export function copyChoices(state: State): readonly Choice[] {
  const row = currentRow(state);
  if (!row) return [];
  const path = pathOf(row, state);
  const address = "a signed address to fetch the file with; it is a secret";
  return [
    { id: "name", title: "Name", about: row.name },
    { id: "id", title: "Id", about: serviceId(row) },
    ...(path === undefined ? [] : [{ id: "path", title: "Path on disk", about: path }]),
    { id: "command", title: "Command", about: commandOf(row, state) },
    ...(row.kind === "file" || row.kind === "transfer"
      ? [{ id: "address", title: "Address", about: address }]
      : []),
  ];
}
