import { menuItems } from "../selectors/bucket-menu.ts";
import { menuHeight } from "../selectors/layout.ts";
import { cursorOf, type Move, moved, type Rows } from "../state/list-view.ts";
import { type ActionContext, changeBucket } from "./context.ts";

/** Moves in the list of buckets; above its first row lies the field. */
export function menuActions(context: ActionContext) {
  const { store } = context;

  function menuRows(): Rows {
    const items = menuItems(store.getState().bucket);
    return {
      length: items.length,
      idAt: (index) => items[index]?.bucket,
      indexOf: (id) => {
        const index = items.findIndex(({ bucket }) => bucket === id);
        return index < 0 ? undefined : index;
      },
    };
  }

  function moveInMenu(step: Move): void {
    const state = store.getState();
    const rows = menuRows();
    const height = menuHeight(state);
    const view = { cursorId: state.bucket.highlighted, index: 0, offset: 0 };
    if (step === "up" && cursorOf(view, rows, height).index <= 0) {
      changeBucket(context, { focus: "field" });
      return;
    }
    changeBucket(context, { highlighted: moved(view, step, rows, height).cursorId });
  }

  function focusMenu(): void {
    const first = menuRows().idAt(0);
    if (first !== undefined) changeBucket(context, { focus: "menu", highlighted: first });
  }

  return { moveInMenu, focusMenu };
}
