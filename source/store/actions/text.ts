import { activeField } from "../selectors/input-target.ts";
import { atTheTop } from "../state/list-view.ts";
import type { FieldName, State } from "../state/state.ts";
import { type Edit, edited, type TextField } from "../state/text-field.ts";
import type { BucketActions } from "./bucket.ts";
import { type ActionContext, changeBucket, changeForm } from "./context.ts";
import type { PreviewActions } from "./preview/previews.ts";

export function textActions(
  context: ActionContext,
  { cancelOpening }: BucketActions,
  { typeSearch }: PreviewActions,
) {
  const { store } = context;

  function write(state: State, field: TextField): void {
    const { overlay, session } = state;
    if (overlay?.kind === "palette") {
      store.setState({ overlay: { ...overlay, field, list: atTheTop } });
    } else if (overlay?.kind === "folder") {
      const { fromSettings } = overlay;
      store.setState({ overlay: { kind: "folder", field, fromSettings } });
    } else if (overlay?.kind === "rate") {
      store.setState({ overlay: { ...overlay, field, problem: undefined } });
    } else if (overlay?.kind === "help") {
      store.setState({ overlay: { ...overlay, field, list: atTheTop } });
    } else if (session.phase === "form" && session.form.focus !== "kind") {
      const name: FieldName = session.form.focus;
      const fields = { ...session.form.fields, [name]: field };
      changeForm(context, { ...session.form, fields, problem: undefined });
    } else if (state.filterField) {
      store.setState({ filterField: field });
      typeSearch();
    } else {
      cancelOpening();
      changeBucket(context, { field, problem: undefined });
    }
  }

  function edit(change: Edit): void {
    const state = store.getState();
    const field = activeField(state);
    if (!field) return;
    const next = edited(field, change);
    if (next !== field) write(state, next);
  }

  return { edit };
}

export type TextActions = ReturnType<typeof textActions>;
