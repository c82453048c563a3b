import type { Auth, KnownAccount } from "../../api/service.ts";
import type { Credentials } from "../../base/environment-types.ts";
import type { AppError } from "../../base/errors.ts";
import { Secret } from "../../base/secret.ts";
import { emptyForm, type FieldName, type SessionSlice, type SignInForm } from "./state.ts";
import { textField } from "./text-field.ts";

export const formFields: Readonly<Record<SignInForm["kind"], readonly FieldName[]>> = {
  password: ["username", "password", "appKey"],
  client: ["clientId", "clientSecret"],
};

export const fieldTitles: Readonly<Record<FieldName, string>> = {
  username: "User name",
  password: "Password",
  appKey: "App key",
  clientId: "Client id",
  clientSecret: "Client secret",
};

export const fieldExamples: Readonly<Partial<Record<FieldName, string>>> = {
  username: "e.g. GE-A-01234567-8-9012",
  clientId: "e.g. GE-0123456789ab",
};

/** What a sign-in leaves on this machine. */
export const keptNotes: Readonly<Record<SignInForm["kind"], readonly string[]>> = {
  password: [
    "Saved, readable only by you: user name, app key, refresh token.",
    "Never saved: password, access token.",
  ],
  client: [
    "Saved, readable only by you: client id.",
    "Never saved: client secret, access token. Each start asks for the secret, unless RDP_CLIENT_ID and RDP_CLIENT_SECRET are set.",
  ],
};

export const demoNote = "No account? Try the demo: cfs --demo";

export const kindTitles: Readonly<Record<SignInForm["kind"], string>> = {
  password: "Machine id or user id (v1)",
  client: "Client id (v2)",
};

export const masked: readonly FieldName[] = ["password", "clientSecret"];

/** Focuses the first field that is still empty. */
export function prefilledForm(account: KnownAccount | undefined): SignInForm {
  const form = emptyForm();
  if (account?.kind === "password") {
    const fields = {
      ...form.fields,
      username: textField(account.username, true),
      appKey: textField(account.appKey, true),
    };
    return { ...form, fields, focus: account.username === "" ? "username" : "password" };
  }
  if (account?.kind === "client") {
    const fields = { ...form.fields, clientId: textField(account.clientId, true) };
    return { ...form, kind: "client", fields, focus: "clientSecret" };
  }
  return form;
}

/** "kind" comes before and after the fields. */
export function shiftedFocus({ kind, focus }: SignInForm, steps: number): SignInForm["focus"] {
  const stops: readonly SignInForm["focus"][] = ["kind", ...formFields[kind]];
  const next = (stops.indexOf(focus) + steps + stops.length) % stops.length;
  return stops[next] ?? focus;
}

export function withKind(form: SignInForm, kind: SignInForm["kind"]): SignInForm {
  const focus = form.focus === "kind" ? "kind" : (formFields[kind][0] ?? "kind");
  return { ...form, kind, focus, problem: undefined };
}

export function missingField({ kind, fields }: SignInForm): FieldName | undefined {
  return formFields[kind].find((name) => fields[name].text.trim() === "");
}

export function credentialsOf({ kind, fields }: SignInForm): Credentials {
  if (kind === "client") {
    return {
      kind,
      clientId: fields.clientId.text.trim(),
      clientSecret: new Secret(fields.clientSecret.text),
    };
  }
  return {
    kind,
    username: fields.username.text.trim(),
    password: new Secret(fields.password.text),
    appKey: fields.appKey.text.trim(),
  };
}

export function withoutSecrets(form: SignInForm): SignInForm {
  const fields = { ...form.fields, password: textField(), clientSecret: textField() };
  return { ...form, fields, problem: undefined };
}

function concernedField(kind: SignInForm["kind"], error: AppError): FieldName | undefined {
  switch (error.reason) {
    case "wrong-client":
      return kind === "client" ? "clientSecret" : "appKey";
    case "wrong-credentials":
      return kind === "client" ? "clientSecret" : "password";
    default:
      return undefined;
  }
}

function asSentence(words: string): string {
  const ended = /[.!?]["”]?$/.test(words) ? words : `${words}.`;
  return ended.charAt(0).toUpperCase() + ended.slice(1);
}

/** Puts the service's refusal beside the field it concerns and focuses that field. */
export function withRefusal(form: SignInForm, error: AppError): SignInForm {
  const field = concernedField(form.kind, error);
  if (field === undefined) return { ...form, problem: { text: error.message } };
  const problem = { field, text: asSentence(error.answered), advice: error.advice };
  const fields = { ...form.fields, [field]: textField(form.fields[field].text, true) };
  return { ...form, fields, focus: field, problem };
}

/** Why the form is shown. The advice of errors about a session is for commands: the form is what to do. */
export function signInReason(error: AppError): string {
  if (error.reason === "session-quota")
    return "Another program is signed in with this id. Sign in here to take over its session.";
  const isOver = error.reason === "session-ended" || error.status === 401;
  if (!isOver) return error.message;
  return `Your session has expired. Sign in again. (${error.answered})`;
}

/** Starts automatically if a session or credentials exist; otherwise shows the form, so no typed key is lost. */
export function openingSession(
  auth: Pick<Auth, "account" | "canResume" | "session">,
): SessionSlice {
  const form = prefilledForm(auth.account());
  if (!auth.canResume()) return { phase: "form", form };
  return { phase: "resuming", form, session: auth.session() };
}
