import { formFields, shiftedFocus, withKind } from "../state/sign-in-form.ts";
import type { SignInForm } from "../state/state.ts";
import { type ActionContext, changeSession } from "./context.ts";

/** Moves through the form; `submit` sends it. */
export function formActions(context: ActionContext, submit: () => Promise<void>) {
  const form = () => context.store.getState().session.form;
  const changeForm = (change: SignInForm) => changeSession(context, { form: change });

  /** Enter: on to the next field; from the last one, sign in. */
  function confirm(): void {
    const { kind, focus } = form();
    if (focus === formFields[kind].at(-1)) void submit();
    else shiftFocus(1);
  }

  function shiftFocus(steps: number): void {
    changeForm({ ...form(), focus: shiftedFocus(form(), steps) });
  }

  function switchKind(): void {
    changeForm(withKind(form(), form().kind === "password" ? "client" : "password"));
  }

  return { confirm, shiftFocus, switchKind };
}
