import type { Auth } from "../../api/service.ts";
import { prefilledForm } from "./sign-in-form.ts";
import type { SessionSlice } from "./state.ts";

/**
 * How a sign-in begins: by itself where there is something to do it with, else straight with the form, so
 * that it has every key that is typed.
 */
export function openingSession(
  auth: Pick<Auth, "account" | "canResume" | "session">,
): SessionSlice {
  const form = prefilledForm(auth.account());
  if (!auth.canResume()) return { phase: "form", form };
  const session = auth.session();
  return { phase: "resuming", form, ...(session === undefined ? {} : { session }) };
}
