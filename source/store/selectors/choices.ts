import { localFileName } from "../../domain/file-name.ts";
import { counted, readableBytes } from "../../domain/readable.ts";
import {
  type ChoiceName,
  fromNextStart,
  isChoiceName,
  type SettingName,
  type Settings,
  settingAbout,
  settingChoices,
  settingNames,
  settingTitles,
} from "../../domain/settings.ts";
import { wrapCells } from "../../text/cells.ts";
import type { ProfileChoice } from "../services.ts";
import { columns } from "../state/columns.ts";
import { type Rows, rowsOfIds } from "../state/list-view.ts";
import { choosingOverlays, type Overlay, overlayTitles } from "../state/overlay.ts";
import { isTable, type TableKind } from "../state/place.ts";
import { groupOrder, isGrouped } from "../state/sort.ts";
import type { State } from "../state/state.ts";
import { type Choice, copyChoices } from "./copyable.ts";
import {
  cancelChoices,
  cancelQuestion,
  openChoices,
  roomChoices,
  roomQuestion,
} from "./download-choices.ts";
import { hasOverlayBox, overlayColumns, overlayRows } from "./layout.ts";
import { limitChoices, limitHeading } from "./limit-choices.ts";
import { tableKind } from "./series.ts";
import { currentPlace } from "./table.ts";

export type ChoosingOverlay = Extract<Overlay, { kind: (typeof choosingOverlays)[number] }>;

const choosingKinds: readonly string[] = choosingOverlays;

export function isChoosing(overlay: Overlay | undefined): overlay is ChoosingOverlay {
  return overlay !== undefined && choosingKinds.includes(overlay.kind);
}

/** A question about downloads that are not queued yet. */
export function isDownloadQuestion(overlay: Overlay | undefined): boolean {
  return overlay?.kind === "name-conflict" || overlay?.kind === "download-room";
}

export const queueOrder = "queue";

export function columnTitle(kind: TableKind, columnId: string): string {
  const title = columns[kind].find(({ id }) => id === columnId)?.title ?? columnId;
  return title === "" ? "Percent" : title;
}

function sortChoices(state: State): Choice[] {
  const place = currentPlace(state);
  if (!isTable(place)) return [];
  const kind = tableKind(state, place);
  const sort = state.sorts[kind];
  const now = sort?.descending ? "↓ current; Enter reverses" : "↑ current; Enter reverses";
  // A column without a title repeats the one beside it.
  const ids = columns[kind].filter(({ title }) => title !== "").map(({ id }) => id);
  const choices = ids.map((id) => ({
    id,
    title: columnTitle(kind, id),
    about: id === sort?.columnId ? now : "",
  }));
  const asQueued = {
    id: queueOrder,
    title: "As queued",
    about: sort ? "" : "current; J and K reorder",
  };
  const bySet = {
    id: groupOrder,
    title: "By file set",
    about: isGrouped(sort) ? "current" : "failed and active first",
  };
  return place.kind === "downloads" ? [bySet, asQueued, ...choices] : choices;
}

function settingValue(settings: Settings, name: SettingName): string {
  return isChoiceName(name) ? settings[name] : String(settings[name] ?? "automatic");
}

export const countSteps = ["automatic", "1", "2", "4", "8", "16", "32", "64"] as const;

function wordsOf(name: SettingName): string {
  const words: readonly string[] = isChoiceName(name)
    ? settingChoices[name satisfies ChoiceName]
    : [];
  const rest = words.length > 2 ? ` (${words.join(", ")})` : "";
  return `${settingAbout[name]}${rest}${fromNextStart.includes(name) ? "; takes effect after restart" : ""}`;
}

function settingRows({ pinnedDirectory, settings }: State): Choice[] {
  return [
    {
      id: "folder",
      title: `Download folder: ${pinnedDirectory === undefined ? "automatic" : "pinned"}`,
      about: pinnedDirectory ?? "The folder that cfs is started in, unless you pin one",
    },
    ...settingNames.map((id) => ({
      id,
      title: `${settingTitles[id]}: ${settingValue(settings, id)}`,
      about: wordsOf(id),
    })),
  ];
}

function profileChoice({ downloads, isShown, isSignedIn, name, user }: ProfileChoice): Choice {
  const facts = [
    user,
    isSignedIn ? undefined : "signed out",
    isShown ? "current" : undefined,
    downloads > 0 ? `${counted(downloads, "download")} running` : undefined,
  ];
  return { id: name, title: name, about: facts.filter((fact) => fact !== undefined).join(" · ") };
}

function nameConflictChoices({ downloadQuestions }: State): Choice[] {
  const more = (downloadQuestions?.names.length ?? 0) - 1;
  const one = [
    { id: "skip", title: "Skip", about: "keep the existing file; do not download this one" },
    { id: "rename", title: "Keep both", about: "add a number to the new file's name" },
    {
      id: "replace",
      title: "Replace",
      about: "overwrite the existing file when the download completes",
    },
  ];
  const rest = `this and the next ${more}`;
  const all = one.map(({ id, title }) => ({
    id: `${id}-all`,
    title: `${title}, all`,
    about: rest,
  }));
  return more > 0 ? [...one, ...all] : one;
}

export function nameConflictQuestion({ downloadQuestions }: State): string {
  const first = downloadQuestions?.names[0];
  if (!first) return "";
  const { directory, file } = first.request;
  const sizes =
    file.bytes === undefined
      ? `Existing: ${readableBytes(first.bytesThere)}.`
      : `Existing: ${readableBytes(first.bytesThere)}. New: ${readableBytes(file.bytes)}.`;
  return `A different ${localFileName(file.name)} already exists in ${directory}. ${sizes}`;
}

export function choicesOf(state: State): readonly Choice[] {
  const { overlay } = state;
  switch (overlay?.kind) {
    case "sort":
      return sortChoices(state);
    case "copy":
      return overlay.asksForAddress
        ? [
            { id: "no", title: "Do not copy it", about: "" },
            { id: "yes", title: "Copy the address", about: "anyone who has it can fetch the file" },
          ]
        : copyChoices(state);
    case "settings":
      return settingRows(state);
    case "limit-rate":
      return limitChoices(state);
    case "profiles":
      return overlay.profiles.map(profileChoice);
    case "name-conflict":
      return nameConflictChoices(state);
    case "download-room":
      return roomChoices(state);
    case "cancel-downloads":
      return cancelChoices(state);
    case "open-file":
      return openChoices(overlay.path);
    default:
      return [];
  }
}

export function choiceRows(state: State): Rows {
  return rowsOfIds(choicesOf(state).map(({ id }) => id));
}

export const choiceIndent = 3;
const mostHeadingLines = 3;

const addressWarning =
  "The address is a secret: anyone who has it can fetch the file until it expires. It would go through the terminal's clipboard.";

export function isQuestion(overlay: ChoosingOverlay): boolean {
  if (overlay.kind === "copy") return overlay.asksForAddress;
  return ["name-conflict", "download-room", "cancel-downloads"].includes(overlay.kind);
}

function headingOf(overlay: ChoosingOverlay, state: State): string {
  switch (overlay.kind) {
    case "sort":
      return "Sort by";
    case "copy":
      return overlay.asksForAddress ? addressWarning : "Copy";
    case "settings":
      return "Settings";
    case "limit-rate":
      return limitHeading(state);
    case "profiles":
      return "Profiles";
    case "name-conflict":
      return nameConflictQuestion(state);
    case "download-room":
      return roomQuestion(state);
    case "cancel-downloads":
      return cancelQuestion(state);
    case "open-file":
      return overlay.path;
  }
}

export function headingLines(overlay: ChoosingOverlay, state: State): string[] {
  const heading = headingOf(overlay, state);
  // The border of the box has the title already.
  if (hasOverlayBox(state) && heading === overlayTitles[overlay.kind]) return [];
  const room = Math.max(10, overlayColumns(state) - choiceIndent - 1);
  return wrapCells(heading, room).slice(0, mostHeadingLines);
}

export function linesAboveChoices(state: State): number {
  const { overlay } = state;
  if (!isChoosing(overlay)) return 0;
  const lines = headingLines(overlay, state).length;
  return lines === 0 ? 0 : lines + 1;
}

/** Their rows cut long descriptions, so the whole description of the chosen row is shown below them. */
const describedBelow: readonly Overlay["kind"][] = ["settings", "name-conflict"];
/** With fewer rows beside it, a description is left out. */
const leastChoices = 4;

export function descriptionLines({ about }: Choice, state: State): string[] {
  return wrapCells(about, Math.max(10, overlayColumns(state) - choiceIndent - 1));
}

/** Lines for the longest description and a blank one, so that the rows never move; 0 if there is no room. */
export function linesBelowChoices(state: State): number {
  if (!state.overlay || !describedBelow.includes(state.overlay.kind)) return 0;
  const lines = choicesOf(state).map((choice) => descriptionLines(choice, state).length);
  const below = 1 + Math.max(0, ...lines);
  return overlayRows(state) - linesAboveChoices(state) - below < leastChoices ? 0 : below;
}

export function choicesHeight(state: State): number {
  const around = linesAboveChoices(state) + linesBelowChoices(state);
  return Math.max(1, overlayRows(state) - around);
}
