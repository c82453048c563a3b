import { localFileName } from "../../domain/file-name.ts";
import { shellWord } from "../../domain/shell-word.ts";
import { finishedPath, partPath } from "../state/download-phases.ts";
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
  if (row.kind === "group") return row.item.total.file.fileSetId;
  return row.kind === "transfer" ? row.item.file.fileId : row.id;
}

function commandOf(row: Row, state: State): string {
  const place = currentPlace(state);
  if (row.kind === "package") {
    const bucket = "bucket" in place ? place.bucket : (row.item.bucketNames[0] ?? "");
    return `cfs file-sets ${shellWord(bucket)} --package ${shellWord(row.id)}`;
  }
  const [first] = row.kind === "group" ? row.item.transfers : [];
  const own = row.kind === "transfer" ? row.item : first;
  const directory = own?.directory ?? state.directory;
  return `cfs get ${shellWord(serviceId(row))} -o ${shellWord(directory)}`;
}

function pathChoices(row: Row, state: State): Choice[] {
  const choice = (title: string, about: string | undefined): Choice[] =>
    about === undefined ? [] : [{ id: "path", title, about }];
  if (row.kind === "file") {
    const path = under(state.directory, localFileName(row.name));
    return choice(row.onDisk ? "Path on disk" : "Path after download", path);
  }
  if (row.kind !== "transfer") return [];
  const finished = finishedPath(row.item);
  return finished === undefined
    ? choice("Partial file", partPath(row.item))
    : choice("Path on disk", finished);
}

/** The address is fetched only on request. */
export function copyChoices(state: State): readonly Choice[] {
  const row = currentRow(state);
  if (!row) return [];
  const address = "a signed address to fetch the file with; it is a secret";
  return [
    { id: "name", title: "Name", about: row.name },
    { id: "id", title: "Id", about: serviceId(row) },
    ...pathChoices(row, state),
    { id: "command", title: "Command", about: commandOf(row, state) },
    ...(row.kind === "file" || row.kind === "transfer"
      ? [{ id: "address", title: "Address", about: address }]
      : []),
  ];
}
