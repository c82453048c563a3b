import { expect } from "vitest";
import { toTransferFile } from "../../source/domain/entities.ts";
import { createObjectStore } from "../../source/network/object-store.ts";
import type { Fault } from "../../source/sandbox/http/faults.ts";
import { namedFaults } from "../../source/sandbox/sandbox.ts";
import { createTransferEngine } from "../../source/transfer/create-engine.ts";
import { FakeClock } from "../support/fakes/clock.ts";
import { only } from "./engine-fixture.ts";
import { offerFile } from "./processes.ts";
import { test as base } from "./sandbox-fixture.ts";

const outages: readonly [string, Fault, RegExp][] = [
  ["a store that hangs up", { on: "objects", effect: { kind: "hangUp" } }, /^connection reset$/],
  [
    "a store that answers 503",
    { on: "objects", effect: namedFaults.slowDown() },
    /^Please reduce your request rate \(503\)$/,
  ],
  ["a service that hangs up", { on: "stream", effect: { kind: "hangUp" } }, /^connection reset$/],
  [
    "a gateway without its service",
    { on: "stream", effect: namedFaults.htmlPage(502) },
    /\(502\)$/,
  ],
];

/** Begins to fetch a file while `fault` is on; the clock moves only when the test says so. */
const test = base.extend("begin", ({ directory, fileStore, sandbox }, { onCleanup }) => {
  return async (fault: Fault, retriesUntilStopped: boolean) => {
    const { id } = offerFile(sandbox, { filename: "a.csv", bytes: 1_000_000 });
    const file = toTransferFile(await fileStore.file(id));
    const end = sandbox.faults.add(fault);
    const clock = new FakeClock();
    const engine = createTransferEngine({
      source: createObjectStore({ locate: fileStore.fileUrl, userAgent: "cfs/test" }),
      connections: 1,
      clock,
      retriesUntilStopped,
    });
    onCleanup(() => engine.stop());
    engine.add([{ file, directory }]);
    return { clock, end, engine };
  };
});

test.for(outages)("%s is tried again until it is back", async ([_, fault, why], { begin }) => {
  const { clock, end, engine } = await begin(fault, true);
  for (let attempt = 1; attempt < 15; attempt += 1) await clock.toNextEnd();
  await clock.waiting();
  const { retry, state } = only(engine);
  expect(state).toBe("running");
  expect(retry).toMatchObject({ attempt: 15, inSeconds: 30 });
  expect(retry?.error.brief).toMatch(why);
  end();
  clock.run();
  await engine.idle();
  expect(only(engine)).toMatchObject({ state: "saved" });
  expect(only(engine).retry).toBeUndefined();
});

test.for(outages)(
  "in a command %s ends after less than a minute of waits",
  async ([_, fault], { begin }) => {
    const { clock, engine } = await begin(fault, false);
    for (let attempt = 1; attempt < 9; attempt += 1) await clock.toNextEnd();
    await engine.idle();
    expect(only(engine).state).toBe("failed");
    expect(clock.nowMs()).toBeGreaterThan(50_000);
    expect(clock.nowMs()).toBeLessThan(60_000);
  },
);
