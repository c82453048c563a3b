import { currentPlace, marksIn } from "../selectors/table.ts";
import type { OrderedMarks } from "../state/name-conflict.ts";
import { placeKey } from "../state/place.ts";
import { type ActionContext, changeView } from "./context.ts";

/** Takes the marks of an order away at once: what is marked meanwhile is for the next one. */
export function takeMarks(context: ActionContext): readonly OrderedMarks[] {
  const state = context.store.getState();
  const place = currentPlace(state);
  const marks = marksIn(state, place);
  if (marks.size === 0) return [];
  changeView(context, { marks: new Set(), rangeFrom: undefined, lastMarks: marks });
  return [{ key: placeKey(place), marks }];
}

/** Gives back the marks of orders that came to nothing, beside those that were made since. */
export function giveMarksBack({ store }: ActionContext, ordered: readonly OrderedMarks[]): void {
  for (const { key, marks } of ordered) {
    const { views } = store.getState();
    const view = views[key];
    if (!view) continue;
    const all = new Set([...view.marks, ...marks]);
    store.setState({ views: { ...views, [key]: { ...view, marks: all } } });
  }
}
