import { activeField, whereIs } from "../../store/selectors/input-target.ts";
import { fieldTitles, kindTitles, masked } from "../../store/state/sign-in-form.ts";
import type { State } from "../../store/state/state.ts";
import { graphemes } from "../../text/cells.ts";

/** A field that is written in: what it is called, and what is in it as far as it may be told. */
export interface FieldText {
  label: string;
  text: string;
}

function labelOf(state: State): string {
  const { focus } = state.session.form;
  switch (whereIs(state)) {
    case "sign-in":
      return focus === "kind" ? "" : fieldTitles[focus];
    case "filter":
    case "help-filter":
      return "Filter";
    case "palette":
      return "Command";
    case "folder":
      return "Folder";
    default:
      return "Bucket";
  }
}

/** The field that has the focus; the kind of sign-in counts as one. */
export function fieldText(state: State): FieldText | undefined {
  const { form } = state.session;
  if (whereIs(state) === "sign-in-kind") {
    return { label: "Sign in with", text: kindTitles[form.kind] };
  }
  const field = activeField(state);
  if (!field) return undefined;
  const isSecret =
    whereIs(state) === "sign-in" && form.focus !== "kind" && masked.includes(form.focus);
  return {
    label: labelOf(state),
    text: isSecret ? "*".repeat(graphemes(field.text).length) : field.text,
  };
}
