import { expect, test } from "vitest";
import { waitingFor } from "../../source/ui/frame/waiting-for.ts";
import { fakeProgram } from "../support/fakes/program.ts";

test.each([
  [0, undefined],
  [1, "Stopping the downloads"],
])("leaving with %i downloads under way says so", (count, words) => {
  const { program, transfers } = fakeProgram();
  const file = { fileId: "1", fileSetId: "2", name: "part1.gz" };
  transfers.add(Array.from({ length: count }, () => ({ directory: "/downloads", file })));
  program.actions.follow();
  program.store.setState({ leaving: "stopping" });
  expect(waitingFor(program.store.getState(), "host")).toBe(words);
});

test("an open question hides what is waited for", () => {
  const { program } = fakeProgram();
  program.store.setState({ overlay: { kind: "take-over", by: "form" } });
  const { session } = program.store.getState();
  program.store.setState({ session: { ...session, phase: "signing-in" } });
  expect(waitingFor(program.store.getState(), "host")).toBeUndefined();
});
