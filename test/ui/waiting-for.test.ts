import { expect, test } from "vitest";
import type { Package } from "../../source/domain/entities.ts";
import { hintSpans } from "../../source/ui/frame/status.ts";
import { waitingFor, waitingText } from "../../source/ui/frame/waiting-for.ts";
import { fakeProgram, goTo } from "../support/fakes/program.ts";
import { HeldPages } from "../support/fakes/service.ts";

test.each([
  [0, undefined],
  [1, "Stopping the downloads"],
])("leaving with %i downloads under way says so", (count, words) => {
  const { program, transfers } = fakeProgram();
  const file = { fileId: "1", fileSetId: "2", name: "part1.gz" };
  transfers.add(Array.from({ length: count }, () => ({ directory: "/downloads", file })));
  program.actions.followTransfers();
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

test("a list without an answer says for how long, but not at once", async () => {
  const fake = fakeProgram();
  await goTo(fake, "packages");
  fake.fileStore.packagesAnswer = () => new HeldPages<Package>();
  fake.press("r");
  const text = (waitedMs: number) => waitingText(fake.program.store.getState(), "host", waitedMs);
  expect(text(4_900)).toMatch(/^packages from \S+, refreshing…$/);
  expect(text(12_300)).toMatch(/^packages from \S+, refreshing… no answer for 12s$/);
});

test("a preview without an answer says for how long, until something has arrived", async () => {
  let opened: (received: () => void) => void = () => {};
  const opening = new Promise<() => void>((resolve) => {
    opened = resolve;
  });
  const fake = fakeProgram(
    {},
    {
      openPreview: (file) => {
        opened(() => file.received?.());
        return new Promise(() => {});
      },
    },
  );
  await goTo(fake, "files");
  const text = () => waitingText(fake.state(), "host", 18_000);
  const hints = () =>
    hintSpans(fake.state())
      .map((span) => span.text)
      .join("");
  fake.press("p");
  const received = await opening;
  expect(text()).toBe("Reading the beginning of the file… no answer for 18s");
  expect(hints()).toMatch(/^ Esc stop /);
  received();
  expect(text()).toBe("Reading the beginning of the file… 18s");
  fake.press("escape");
  expect(fake.state().previews).toEqual({});
});

test("a long sign-in says how long it takes, a pause only how long it remains", () => {
  const { program } = fakeProgram();
  const { session } = program.store.getState();
  const text = () => waitingText(program.store.getState(), "host", 61_000);
  program.store.setState({ session: { ...session, phase: "signing-in" } });
  expect(text()).toBe("Signing in to host… 1m01s");
  const pause = { seconds: 20, why: "requested" } as const;
  program.store.setState({ session: { ...session, phase: "signing-in", pause } });
  expect(text()).toBe("The service asked for a pause: signing in again in 20s…");
});
