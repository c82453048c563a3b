import { expect, test } from "vitest";
import { AppError, type FailureReason } from "../../source/base/errors.ts";
import type { FieldName } from "../../source/store/state/state.ts";
import { fakeProgram } from "../support/fakes/program.ts";

function refusal(reason: FailureReason, answered: string): AppError {
  return new AppError({ kind: "sign-in", tried: "Signing in", answered, reason });
}

async function atTheForm() {
  const fake = fakeProgram();
  fake.auth.kept = undefined;
  await fake.program.actions.resume();
  expect(fake.state().session.phase).toBe("form");
  return fake;
}

const isSignedIn = ({ session }: { session: { phase: string } }) => session.phase === "signed-in";

test("user name, password, app key; the last Enter submits", async () => {
  const fake = await atTheForm();
  fake.type("GE-A-1");
  fake.press("enter");
  fake.type("pass word&=");
  fake.press("enter");
  fake.type("key");
  fake.press("enter");
  const state = await fake.until(isSignedIn);
  const attempt = fake.auth.attempts[0];
  expect(attempt?.takeOver).toBe(false);
  const { credentials } = attempt ?? {};
  if (credentials === undefined || credentials === "resume") throw new Error("no form was sent");
  expect(credentials).toMatchObject({ kind: "password", username: "GE-A-1", appKey: "key" });
  expect(credentials.kind === "password" && credentials.password.reveal()).toBe("pass word&=");
  expect(JSON.stringify(state)).not.toContain("pass word");
});

test("the second kind has a client id and its secret", async () => {
  const fake = await atTheForm();
  fake.press("ctrl-t");
  fake.type("client");
  fake.press("enter");
  fake.type("secret");
  fake.press("enter");
  await fake.until(isSignedIn);
  expect(fake.auth.attempts[0]?.credentials).toMatchObject({ kind: "client", clientId: "client" });
});

test("the choice of kinds is a stop among the fields", async () => {
  const fake = await atTheForm();
  fake.press("up");
  expect(fake.state().session.form.focus).toBe("kind");
  fake.press("space");
  expect(fake.state().session.form.kind).toBe("client");
  fake.press("left", "tab");
  expect(fake.state().session.form).toMatchObject({ kind: "password", focus: "username" });
});

test("what is missing is said before anything is sent", async () => {
  const fake = await atTheForm();
  fake.press("tab", "tab", "enter");
  expect(fake.state().session.form).toMatchObject({
    focus: "username",
    problem: { field: "username", text: "Type the user name." },
  });
  expect(fake.auth.attempts).toHaveLength(0);
});

test.each<[FailureReason, string, FieldName]>([
  ["wrong-client", "Invalid Application Credential.", "appKey"],
  ["wrong-credentials", "Invalid username or password.", "password"],
])(
  "%s is reported beside the field that it concerns, and not sent again",
  async (reason, words, field) => {
    const fake = await atTheForm();
    fake.auth.answers.push(refusal(reason, words));
    fake.type("GE-A-1");
    fake.press("enter");
    fake.type("word");
    fake.press("enter");
    fake.type("key");
    fake.press("enter");
    const { session } = await fake.until(({ session: { form } }) => form.problem !== undefined);
    expect(session.phase).toBe("form");
    expect(session.form.focus).toBe(field);
    expect(session.form.problem).toMatchObject({ field, text: words });
    expect(fake.auth.attempts).toHaveLength(1);
  },
);

test("a refusal that concerns no field is shown whole", async () => {
  const fake = await atTheForm();
  const error = new AppError({
    kind: "service",
    tried: "Signing in",
    answered: "no route",
    advice: "Check the network.",
  });
  fake.auth.answers.push(error);
  fake.type("a");
  fake.press("enter");
  fake.type("b");
  fake.press("enter");
  fake.type("c");
  fake.press("enter");
  const { session } = await fake.until(({ session: { form } }) => form.problem !== undefined);
  expect(session.form.problem).toEqual({ text: error.message });
});

test("another program's session is taken over only when asked", async () => {
  const fake = fakeProgram();
  fake.auth.answers.push(refusal("session-quota", "Session quota is reached."));
  void fake.program.actions.resume();
  await fake.until(({ overlay }) => overlay?.kind === "take-over");
  fake.press("enter");
  expect(fake.state().session.phase).toBe("form");
  fake.auth.answers.push(refusal("session-quota", "Session quota is reached."));
  void fake.program.actions.resume();
  await fake.until(({ overlay }) => overlay?.kind === "take-over");
  fake.press("y");
  await fake.until(isSignedIn);
  expect(fake.auth.attempts.map(({ takeOver }) => takeOver)).toEqual([false, false, true]);
});

test("the question about another program's session outlives a small window", async () => {
  const fake = fakeProgram();
  fake.auth.answers.push(refusal("session-quota", "Session quota is reached."));
  void fake.program.actions.resume();
  await fake.until(({ overlay }) => overlay?.kind === "take-over");
  fake.program.actions.resize({ columns: 30, rows: 8 });
  fake.program.actions.resize({ columns: 100, rows: 24 });
  fake.press("y");
  await fake.until(isSignedIn);
});

test("a kept session signs in by itself; Esc leads to the form and drops its answer", async () => {
  const fake = fakeProgram();
  const release = fake.auth.hold();
  const resumed = fake.program.actions.resume();
  expect(fake.state().session).toMatchObject({
    phase: "resuming",
    session: { user: "GE-A-00000001-1-0001" },
  });
  fake.press("escape");
  release();
  await resumed;
  expect(fake.state().session.phase).toBe("form");
});

test("a kept session that is refused shows why above the form", async () => {
  const fake = fakeProgram();
  fake.auth.known = { kind: "password", username: "GE-A-1", appKey: "key" };
  fake.auth.answers.push(refusal("wrong-credentials", "the kept session has ended"));
  await fake.program.actions.resume();
  expect(fake.state().session).toMatchObject({
    phase: "form",
    form: { focus: "password" },
    reason: expect.stringContaining("the kept session has ended"),
  });
  expect(fake.state().session.form.fields.appKey.text).toBe("key");
});

test("when the session has ended the form has all but the password", async () => {
  const fake = await atTheForm();
  for (const word of ["GE-A-1", "word", "key"]) {
    fake.type(word);
    fake.press("enter");
  }
  await fake.until(isSignedIn);
  fake.signInAgain(refusal("wrong-credentials", "the session has ended"));
  const { fields, focus } = fake.state().session.form;
  expect(focus).toBe("password");
  expect(fields.username.text).toBe("GE-A-1");
  expect(fields.appKey.text).toBe("key");
  expect(fields.password.text).toBe("");
});

test("without a network the kept session can be tried again", async () => {
  const fake = fakeProgram();
  fake.auth.answers.push(
    new AppError({ kind: "service", tried: "Signing in", answered: "no route" }),
  );
  await fake.program.actions.resume();
  expect(fake.state().session.phase).toBe("resume-failed");
  fake.press("r");
  await fake.until(isSignedIn);
});

test("signing out forgets what this account listed", async () => {
  const fake = fakeProgram();
  await fake.program.actions.resume();
  await fake.program.actions.signOut();
  expect(fake.state()).toMatchObject({
    session: { phase: "form", reason: "Signed out." },
    places: [{ kind: "bucket" }],
    listings: {},
  });
  expect(fake.auth.session()).toBeUndefined();
});
