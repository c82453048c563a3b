import { readyPreview } from "../../store/selectors/preview.ts";
import type { State } from "../../store/state/state.ts";
import { type Command, previews } from "../command.ts";

function noSearch(state: State): string | undefined {
  const preview = readyPreview(state);
  if (!preview) return "nothing has been read yet";
  return preview.rows.length > 0 ? undefined : "there are no records here";
}

const isSearching = (state: State) => readyPreview(state)?.search !== undefined;

function noMatch(state: State): string | undefined {
  return isSearching(state) ? undefined : "nothing to search for; / starts a search";
}

export const searchCommands: readonly Command[] = [
  {
    id: "search",
    group: "Preview",
    title: "search",
    about: "Search records",
    more: "Shows the first match while you type.",
    keys: ["/"],
    where: previews,
    hint: 74,
    unavailable: noSearch,
    run: ({ actions }) => actions.startSearch(),
  },
  {
    id: "next-match",
    group: "Preview",
    title: "next match",
    about: "Next match",
    keys: ["n"],
    where: previews,
    hint: 88,
    unavailable: noMatch,
    run: ({ actions }) => actions.nextMatch(1),
  },
  {
    id: "previous-match",
    group: "Preview",
    title: "previous match",
    about: "Previous match",
    keys: ["N"],
    where: previews,
    unavailable: noMatch,
    run: ({ actions }) => actions.nextMatch(-1),
  },
  {
    id: "end-search",
    group: "Preview",
    title: "end search",
    about: "End search",
    keys: ["escape"],
    where: previews,
    binds: isSearching,
    hint: 87,
    keyOnly: true,
    run: ({ actions }) => actions.clearSearch(),
  },
  {
    id: "keep-search",
    group: "Preview",
    title: "search",
    about: "Keep search",
    more: "n and N go to more matches.",
    keys: ["enter", "tab"],
    shown: "Enter",
    where: ["search"],
    hint: 90,
    keyOnly: true,
    run: ({ actions }) => actions.keepSearch(),
  },
  {
    id: "match-below",
    group: "Preview",
    title: "next match",
    about: "Next match",
    keys: ["down"],
    where: ["search"],
    hint: 85,
    keyOnly: true,
    run: ({ actions }) => actions.nextMatch(1),
  },
  {
    id: "match-above",
    group: "Preview",
    title: "previous match",
    about: "Previous match",
    keys: ["up"],
    where: ["search"],
    hint: 84,
    keyOnly: true,
    run: ({ actions }) => actions.nextMatch(-1),
  },
  {
    id: "leave-search",
    group: "Preview",
    title: "cancel",
    about: "Cancel search",
    more: "Returns to where it started.",
    keys: ["escape"],
    where: ["search"],
    hint: 80,
    keyOnly: true,
    run: ({ actions }) => actions.leaveSearch(),
  },
];
