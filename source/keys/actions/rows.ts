import { hasMarked } from "../../store/selectors/table.ts";
import type { State } from "../../store/state/state.ts";
import { type Command, downloadable, previews, tables } from "../command.ts";
import { noItem, noRow } from "./no-row.ts";

function noDownload(state: State): string | undefined {
  return hasMarked(state) ? undefined : noItem(state);
}

/** What is done with the row under the cursor, or with those that are marked. */
export const rowCommands: readonly Command[] = [
  {
    id: "download",
    group: "Files",
    title: "download",
    about: "Download what is marked, else the row under the cursor; a file set with all its files",
    keys: ["d"],
    where: [...downloadable, ...previews],
    hint: 85,
    unavailable: noDownload,
    run: ({ actions }) => void actions.download(),
  },
  {
    id: "details",
    group: "Files",
    title: "details",
    about: "Show what is known of the row: beside the rows where there is room, else over them",
    keys: ["i"],
    where: [...tables, ...previews],
    hint: 35,
    unavailable: noRow,
    run: ({ actions }) => actions.showDetails(),
  },
  {
    id: "all-details",
    group: "Files",
    title: "all details",
    about: "Show all that is known of the row, over the whole screen",
    keys: ["I"],
    where: [...tables, ...previews],
    unavailable: noRow,
    run: ({ actions }) => actions.showAllDetails(),
  },
  {
    id: "copy",
    group: "Files",
    title: "copy id",
    about: "Copy the id through the terminal, over ssh too",
    keys: ["y"],
    where: [...tables, ...previews],
    hint: 15,
    unavailable: noItem,
    run: ({ actions }) => actions.copyId(),
  },
  {
    id: "copies",
    group: "Files",
    title: "copy more",
    about: "Copy the name, the id, the path, the command that does the same, or the address",
    keys: ["Y"],
    where: tables,
    unavailable: noItem,
    run: ({ actions }) => actions.showCopies(),
  },
];
