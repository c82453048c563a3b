import { expect, test } from "vitest";
import { AppError, type FailureReason } from "../../source/base/errors.ts";
import type { FakeProgram } from "../support/fakes/program.ts";
import { renderProgram, type ScreenOptions } from "../support/terminal/render-program.tsx";

function refusal(reason: FailureReason, answered: string): AppError {
  return new AppError({ kind: "sign-in", tried: "Signing in", answered, reason });
}

function form(options: ScreenOptions = {}) {
  return renderProgram({
    ...options,
    prepare: (fake: FakeProgram) => {
      fake.auth.kept = undefined;
      options.prepare?.(fake);
    },
  });
}

const lineWith = (frame: string, text: string) =>
  frame.split("\n").find((line) => line.includes(text)) ?? "";

test("three fields in order, the password masked, the focus marked", async () => {
  const screen = form();
  const frame = await screen.until("User name");
  expect(frame).toContain("cfs  Sign in");
  expect(frame).toContain("Sign in to api.refinitiv.com");
  const order = ["User name", "Password", "App key"].map((title) => frame.indexOf(title));
  expect(order).toEqual(order.toSorted((one, other) => one - other));
  expect(lineWith(frame, "User name")).toContain("›");
  screen.type("GE-A-1\rhunter");
  const typed = await screen.until("••••");
  expect(typed).toContain("GE-A-1");
  expect(typed).not.toContain("hunter");
  expect(lineWith(typed, "Password")).toContain("›");
});

test("an app key is whole while it is typed, at 60x15 too", async () => {
  const screen = form({ columns: 60, rows: 15 });
  await screen.until("User name");
  screen.type("GE-A-1\rhunter\r0123456789abcdef0123456789abcdef01234567");
  await screen.until("0123456789abcdef0123456789abcdef01234567");
});

test("a password that begins like what a key sends is written whole, in one packet too", async () => {
  const screen = form();
  await screen.until("User name");
  screen.type("[a");
  await screen.until("[a");
  screen.type("[ABc");
  await screen.until("[a[ABc");
});

test("the service's words stand beside the field they concern", async () => {
  const screen = form({
    columns: 120,
    prepare: ({ auth }) =>
      auth.answers.push(refusal("wrong-client", "Invalid Application Credential.")),
  });
  await screen.until("User name");
  screen.type("GE-A-1\rpass\rkey\r");
  const frame = await screen.until("Invalid Application");
  expect(lineWith(frame, "App key")).toContain("Invalid Application Credential.");
});

test("on the smallest screen the field with the problem stays whole, and nothing lies over it", async () => {
  const answered = "Invalid Application Credential.";
  const screen = form({
    columns: 40,
    rows: 10,
    prepare: ({ auth }) => auth.answers.push(refusal("wrong-client", answered)),
  });
  await screen.until("User name");
  screen.type("GE-A-1\rpass\rkey\r");
  await screen.until("Credential.");
  const lines = screen.lines().map((line) => line.trim());
  const at = lines.indexOf("› App key       key");
  expect(lines.slice(at + 1, at + 3)).toEqual(["Invalid Application", "Credential."]);
  screen.press("up", "up");
  await screen.until("› User name     GE-A-1");
});

test.each([
  [80, "(x) Machine id or user id (v1)   ( ) Client id (v2)"],
  [60, "(x) Machine id   ( ) Client id"],
  [40, "(x) v1   ( ) v2"],
])("at %i cells both kinds can be read", async (columns, words) => {
  const screen = form({ columns });
  expect(lineWith(await screen.until("User name"), "Sign in with")).toContain(words);
});

test("on a narrow screen they stand below it", async () => {
  const screen = form({
    columns: 60,
    rows: 15,
    prepare: ({ auth }) =>
      auth.answers.push(refusal("wrong-credentials", "Invalid username or password.")),
  });
  await screen.until("User name");
  screen.type("GE-A-1\rpass\rkey\r");
  const frame = await screen.until("Invalid username");
  const lines = frame.split("\n");
  const field = lines.findIndex((line) => line.includes("Password"));
  expect(lines[field + 1]).toContain("Invalid username or password.");
  expect(lines[field]).toContain("›");
});

test("^T changes to a client id and its secret", async () => {
  const screen = form();
  await screen.until("User name");
  screen.press("ctrl-t");
  const frame = await screen.until("Client secret");
  expect(frame).not.toContain("App key");
  expect(frame).toContain("(x) Client id (v2)");
});

test("another program's session is asked about", async () => {
  const screen = renderProgram({
    prepare: ({ auth }) => auth.answers.push(refusal("session-quota", "Session quota is reached.")),
  });
  const asked = await screen.until("Another program is signed in with this id. Take over?");
  expect(asked).not.toContain("›");
  screen.press("y");
  await screen.until("Known buckets");
});

test("a kept session signs in by itself under its name, and Esc leads to the form", async () => {
  const screen = renderProgram({
    prepare: ({ auth }) => auth.answers.push(new Promise(() => {})),
  });
  const frame = await screen.until("Signing in as GE-A-00000001-1-0001");
  expect(frame).toContain("Signing in to api.refinitiv.com as GE-A-00000001-1-0001…");
  screen.press("escape");
  await screen.until("User name");
});

test("without a network the failure stays, with what helps", async () => {
  const screen = renderProgram({
    prepare: ({ auth }) =>
      auth.answers.push(
        new AppError({
          kind: "service",
          tried: "Signing in to api.refinitiv.com",
          answered: "there is no route to it",
          advice: "Check the network.",
        }),
      ),
  });
  const frame = await screen.until("failed");
  expect(frame).toContain("there is no route to it. Check the network.");
  screen.press("r");
  await screen.until("Known buckets");
});

test("fields are filled with the account of the last time, but never the password", async () => {
  const screen = form({
    prepare: ({ auth }) => {
      auth.known = { kind: "password", username: "GE-A-9", appKey: "the-key" };
    },
  });
  const frame = await screen.until("the-key");
  expect(frame).toContain("GE-A-9");
  expect(lineWith(frame, "Password")).toContain("›");
  screen.type("word\r\r");
  await screen.until("Known buckets");
  expect(screen.fake.auth.attempts[0]?.credentials).toMatchObject({ appKey: "the-key" });
});

test("a form at 60x15 drops a blank line rather than what is saved", async () => {
  const screen = form({ columns: 60, rows: 15 });
  const frame = await screen.until("Never saved: password, access token.");
  expect(frame).toContain("Saved, readable only by you");
  expect(frame).toContain("No account? Try the demo: cfs --demo");
});

test("an empty form has an example of an id, the demo, and what is saved, for both types", async () => {
  const screen = form();
  const first = await screen.until("User name");
  expect(lineWith(first, "User name")).toContain("e.g. GE-A-01234567-8-9012");
  expect(first).toContain("No account? Try the demo: cfs --demo");
  expect(first).toContain("Never saved: password, access token.");
  screen.press("ctrl-t");
  const second = await screen.until("Never saved: client secret");
  expect(lineWith(second, "Client id  ")).toContain("e.g. GE-0123456789ab");
  screen.type("x");
  await screen.until((frame) => !frame.includes("e.g."));
});

test("a smaller screen keeps the whole form and the demo, and leaves out what is saved", async () => {
  const screen = form({ columns: 60, rows: 12 });
  const frame = await screen.until("App key");
  expect(frame).toContain("Sign in with");
  expect(frame).toContain("No account?");
  expect(frame).not.toContain("Never saved");
});
