import { counted } from "../../domain/readable.ts";
import { type Newest, newestOf } from "../selectors/newest.ts";
import { currentPlace, entriesOf, viewOf } from "../selectors/table.ts";
import type { Level } from "../state/notice.ts";
import { type ActionContext, changeView } from "./context.ts";
import type { NoticeActions } from "./notices.ts";

/** What is shown of how many, and what is missing. */
function summary({ chains, entries, gaps }: Newest, all: number): [Level, string] {
  const chained = chains.filter(({ deltas, init }) => init || deltas.length > 0);
  if (chained.length === 0) {
    return [
      "note",
      "No name here says Init or Delta: each file set stands for itself, all are shown.",
    ];
  }
  const bare = chained.filter(({ init }) => !init).length;
  const lacking = [
    gaps.size > 0 ? `${counted(gaps.size, "gap")} between them` : "",
    bare > 0 ? `${counted(bare, "series", "series")} without an Init that is still available` : "",
  ].filter((part) => part !== "");
  const shown = `${entries.length} of ${counted(all, "file set")}`;
  const text = `The newest Init and the Deltas after it: ${shown}`;
  if (lacking.length === 0) return ["note", `${text}. n shows all.`];
  return ["warning", `${text}; ${lacking.join(", ")}. n shows all.`];
}

export function newestActions(context: ActionContext, { tell }: NoticeActions) {
  const { store } = context;

  /** Shows only the newest Init and the Deltas after it, or all again. */
  function toggleNewest(): void {
    const state = store.getState();
    const place = currentPlace(state);
    const newestOnly = !viewOf(state, place).newestOnly;
    changeView(context, { newestOnly });
    const all = entriesOf(state, place);
    if (newestOnly) tell(...summary(newestOf(all), all.length));
    else tell("note", `All ${counted(all.length, "file set")}.`);
  }

  return { toggleNewest };
}
