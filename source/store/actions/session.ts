import type { Session } from "../../api/service.ts";
import { type AppError, isAbort, toAppError } from "../../base/errors.ts";
import { counted } from "../../domain/readable.ts";
import {
  credentialsOf,
  fieldTitles,
  formFields,
  missingField,
  openingSession,
  prefilledForm,
  shiftedFocus,
  signInReason,
  withKind,
  withoutSecrets,
  withRefusal,
} from "../state/sign-in-form.ts";
import { knownSession, type SignInForm } from "../state/state.ts";
import { type ActionContext, changeForm, enterPhase, type StoreContext } from "./context.ts";

export interface SessionLifecycle {
  /** Called for a new account, after all data of the previous one is cleared. */
  onStart(): void;
  /** Called when the same account signs in again after its session expired. */
  onContinue(): void;
  /** Stops the account's requests and clears its rows. */
  onEnd(): void;
  /** Pauses downloads until the next sign-in and returns how many were paused. */
  onPause(): number;
}

function pausedText(downloads: number): string {
  if (downloads === 0) return "";
  const are = downloads === 1 ? "is" : "are";
  return ` ${counted(downloads, "download")} ${are} paused until the next sign-in.`;
}

/** Shows the form with the reason; what was shown waits behind it. */
export function signInAgain(context: StoreContext, error: AppError): void {
  const { services, store } = context;
  const { notice, session } = store.getState();
  if (session.phase !== "signed-in") return;
  // A note may name a key that would type a letter here.
  const isNote = notice?.level === "note";
  store.setState({ overlay: undefined, notice: isNote ? undefined : notice });
  const filled = prefilledForm(services.auth.account());
  const reason = signInReason(error);
  enterPhase(context, { phase: "form", session: session.session, reason }, filled);
}

export function sessionActions(context: ActionContext, lifecycle: SessionLifecycle) {
  const { services, store } = context;
  let run: AbortController | undefined;
  let account: Session | undefined;
  /** A sign-in waits for this, because the sign-out would otherwise revoke it. */
  let signingOut: Promise<string> | undefined;

  services.auth.onPause((pause) =>
    store.setState(({ session }) => ({ session: { ...session, pause } })),
  );

  const form = () => store.getState().session.form;
  function enterForm(phase: "form" | "signing-in", change: SignInForm): void {
    const state = store.getState();
    const reason = "reason" in state.session ? state.session.reason : undefined;
    enterPhase(context, { phase, session: knownSession(state), reason }, change);
  }

  function succeeded(session: Session): void {
    const isSameAccount = account?.user === session.user && account.host === session.host;
    if (account && !isSameAccount) lifecycle.onEnd();
    account = session;
    enterPhase(context, { phase: "signed-in", session }, withoutSecrets(form()));
    if (isSameAccount) lifecycle.onContinue();
    else lifecycle.onStart();
  }

  /** Esc or a newer attempt makes the answer stale. */
  async function attempt(
    by: "resume" | "form",
    request: (signal: AbortSignal) => Promise<Session | undefined>,
    refused: (error: AppError) => void,
  ): Promise<void> {
    run?.abort();
    const own = new AbortController();
    run = own;
    try {
      await signingOut;
      if (run !== own) return;
      const session = await request(own.signal);
      if (run !== own) return;
      if (session) succeeded(session);
      else enterForm("form", form());
    } catch (thrown) {
      if (run !== own || isAbort(thrown)) return;
      const error = toAppError(thrown, "Signing in");
      if (error.reason === "session-quota") store.setState({ overlay: { kind: "take-over", by } });
      else refused(error);
    }
  }

  /** Signs in without the form if a session or credentials are available. */
  async function resume(takeOver = false): Promise<void> {
    const opening = openingSession(services.auth);
    enterPhase(context, opening, opening.form);
    if (opening.phase === "form") return;
    await attempt(
      "resume",
      (signal) => services.auth.resume({ takeOver, signal }),
      (error) => {
        if (error.kind === "sign-in")
          enterPhase(context, { phase: "form", reason: signInReason(error) });
        else enterPhase(context, { phase: "resume-failed", error });
      },
    );
  }

  async function submit(takeOver = false): Promise<void> {
    const missing = missingField(form());
    if (missing) {
      const text = `Type the ${fieldTitles[missing].toLowerCase()}.`;
      changeForm(context, { ...form(), focus: missing, problem: { field: missing, text } });
      return;
    }
    const credentials = credentialsOf(form());
    enterForm("signing-in", { ...form(), problem: undefined });
    await attempt(
      "form",
      (signal) => services.auth.signIn(credentials, { takeOver, signal }),
      (error) => enterForm("form", withRefusal(form(), error)),
    );
  }

  function giveUpSignIn(): void {
    run?.abort();
    run = undefined;
  }

  function showForm(): void {
    giveUpSignIn();
    enterForm("form", form());
  }

  function answerTakeOver(yes: boolean): void {
    const { overlay } = store.getState();
    if (overlay?.kind !== "take-over") return;
    store.setState({ overlay: undefined });
    if (!yes) showForm();
    else if (overlay.by === "resume") void resume(true);
    else void submit(true);
  }

  /** Resolves with a sentence about the result. */
  async function revoke(session: Session | undefined): Promise<string> {
    try {
      await services.auth.signOut();
      return "Signed out.";
    } catch (thrown) {
      return toAppError(thrown, "Signing out").message;
    } finally {
      if (session) await services.listingCache.forget(session);
    }
  }

  /** Shows the form at once: no further request is made for the departing account. */
  async function signOut(): Promise<void> {
    const session = knownSession(store.getState());
    account = undefined;
    const filled = prefilledForm(services.auth.account());
    enterPhase(context, { phase: "form", reason: "Signing out…" }, filled);
    lifecycle.onEnd();
    const paused = lifecycle.onPause();
    services.preferences.setLastVisit(undefined);
    signingOut = revoke(session);
    const outcome = await signingOut;
    const reason = `${outcome}${pausedText(paused)}`;
    const now = store.getState().session;
    if (now.phase === "form" || now.phase === "signing-in") enterPhase(context, { ...now, reason });
  }

  return { resume, submit, giveUpSignIn, showForm, answerTakeOver, signOut };
}

export type SessionActions = ReturnType<typeof sessionActions>;

export function formActions(context: ActionContext, { submit }: SessionActions) {
  const form = () => context.store.getState().session.form;

  function confirm(): void {
    const { kind, focus } = form();
    if (focus === formFields[kind].at(-1)) void submit();
    else shiftFocus(1);
  }

  function shiftFocus(steps: number): void {
    changeForm(context, { ...form(), focus: shiftedFocus(form(), steps) });
  }

  function switchKind(): void {
    changeForm(context, withKind(form(), form().kind === "password" ? "client" : "password"));
  }

  return { confirm, shiftFocus, switchKind };
}
