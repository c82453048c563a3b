import fs from "node:fs";
import path from "node:path";
import { describe, expect, vi } from "vitest";
import { createTransferEngine } from "../../source/transfer/create-engine.ts";
import type { TransferState } from "../../source/transfer/engine.ts";
import { test as base } from "../support/test.ts";
import { waitUntil } from "../support/wait-until.ts";
import { type Answer, answerTo, memoryContext, refusal } from "./memory-store.ts";

const content = Buffer.from("bytes of a file");

const never: Answer = ({ signal }) =>
  new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
const right: Answer = (request) => answerTo(request, content);
const refused: Answer = () => Promise.reject(refusal(410));

const test = base
  /** How the store answers from now on. */
  .extend("store", () => ({ answer: never }))
  .extend("stateDirectory", ({ folder }) => path.join(folder, "state"))
  /** An engine that fetches one file at a time, whose snapshots are as old as its clock allows. */
  .extend("engine", ({ stateDirectory, store }, { onCleanup }) => {
    const { context } = memoryContext((request, count) => store.answer(request, count));
    const { clock, source } = context;
    const engine = createTransferEngine({ source, clock, stateDirectory, jobs: 1 });
    onCleanup(() => engine.stop());
    return engine;
  })
  .extend("fileOf", ({ folder }) => {
    return (name: string, directory = path.join(folder, "out")) => ({
      file: { fileId: name, fileSetId: "set", name, bytes: content.length },
      directory,
    });
  })
  .extend(
    "states",
    ({ engine }) =>
      () =>
        engine.snapshot().transfers.map(({ state }) => state),
  )
  /** A transfer in this state, with its id. */
  .extend("inState", ({ engine, fileOf, states, store }) => {
    return async (state: TransferState): Promise<string> => {
      const id = (name: string) => engine.add([fileOf(name)])[0] ?? "";
      if (state === "running") return id("a");
      if (state === "saved" || state === "failed") {
        store.answer = state === "saved" ? right : refused;
        const ended = id("a");
        await engine.idle();
        store.answer = never;
        expect(states()).toEqual([state]);
        return ended;
      }
      id("first");
      const waiting = id("a");
      if (state === "paused") engine.pause(waiting);
      if (state === "cancelled") engine.cancel(waiting);
      return waiting;
    };
  })
  .extend("stateOf", ({ engine }) => {
    return (id: string) => engine.snapshot().transfers.find((one) => one.id === id)?.state;
  });

const actNames = ["pause", "resume", "cancel", "restore", "retry"] as const;

type Act = (typeof actNames)[number];

const acts: Record<Act, Partial<Record<TransferState, TransferState>>> = {
  pause: { queued: "paused", running: "paused" },
  resume: { paused: "queued" },
  cancel: { queued: "cancelled", running: "cancelled", paused: "cancelled", failed: "cancelled" },
  restore: { cancelled: "queued" },
  retry: { failed: "running", cancelled: "queued" },
};
const all = ["queued", "running", "paused", "saved", "failed", "cancelled"] as const;

describe.each(actNames)("%s", (name) => {
  test.for(all)("a transfer that is %s", async (state, { engine, inState, stateOf }) => {
    const id = await inState(state);
    expect(stateOf(id)).toBe(state);
    engine[name](id);
    expect(stateOf(id)).toBe(acts[name][state] ?? state);
    expect(() => engine[name]("no such transfer")).not.toThrow();
  });
});

describe("a cancelled transfer", () => {
  test("is paused or failed again when it is restored", async ({ engine, inState, stateOf }) => {
    const id = await inState("paused");
    engine.cancel(id);
    engine.restore(id);
    expect(stateOf(id)).toBe("paused");
  });

  test("has its error again when it is restored", async ({ engine, inState }) => {
    const id = await inState("failed");
    const [failed] = engine.snapshot().transfers;
    engine.cancel(id);
    expect(engine.snapshot().transfers[0]).toMatchObject({ error: failed?.error });
    engine.restore(id);
    expect(engine.snapshot().transfers[0]).toMatchObject({ state: "failed", error: failed?.error });
  });
});

describe("a file that is added again", () => {
  test.for<[TransferState, TransferState]>([
    ["queued", "queued"],
    ["running", "running"],
    ["paused", "queued"],
    ["saved", "running"],
    ["failed", "running"],
    ["cancelled", "queued"],
  ])(
    "%s is %s then, with the same id",
    async ([state, then], { engine, fileOf, inState, stateOf }) => {
      const id = await inState(state);
      expect(engine.add([fileOf("a")])).toEqual([id]);
      expect(stateOf(id)).toBe(then);
    },
  );

  test("for another folder is another transfer", async ({ engine, fileOf, folder, inState }) => {
    const id = await inState("queued");
    const [other] = engine.add([fileOf("a", path.join(folder, "other"))]);
    expect(other).not.toBe(id);
    expect(engine.snapshot().transfers).toHaveLength(3);
  });
});

describe("the list", () => {
  test.for(all)(
    "loses a transfer that has ended when it is cleared: %s",
    async (state, { engine, inState, stateOf }) => {
      const id = await inState(state);
      engine.clearEnded();
      const ends = state === "saved" || state === "failed" || state === "cancelled";
      if (ends) await waitUntil(() => stateOf(id) === undefined);
      else expect(stateOf(id)).toBe(state);
    },
  );

  test("keeps a cancelled transfer until its run has ended", async ({
    engine,
    inState,
    stateOf,
  }) => {
    const id = await inState("running");
    engine.cancel(id);
    engine.clearEnded();
    expect(stateOf(id)).toBe("cancelled");
    await engine.idle();
    expect(stateOf(id)).toBe("cancelled");
  });

  test("is reordered", async ({ engine, fileOf }) => {
    engine.add(["a", "b", "c"].map((name) => fileOf(name)));
    const names = () => engine.snapshot().transfers.map(({ file }) => file.name);
    const [, , c = ""] = engine.snapshot().transfers.map(({ id }) => id);
    engine.move([c], "earlier");
    expect(names()).toEqual(["a", "c", "b"]);
  });

  test("is announced at each change", async ({ engine, inState }) => {
    const listener = vi.fn();
    engine.subscribe(listener);
    await inState("running");
    await waitUntil(() => listener.mock.calls.length > 0);
  });
});

describe("a file on disk", () => {
  const waiting = (stateDirectory: string) => {
    return fs.readdirSync(stateDirectory).flatMap((name): unknown[] => {
      return JSON.parse(fs.readFileSync(path.join(stateDirectory, name), "utf8")).waiting;
    });
  };

  test("has what is queued at once", async ({ inState, stateDirectory }) => {
    await inState("queued");
    expect(waiting(stateDirectory)).toHaveLength(2);
  });

  test("has what a cleared list has left", async ({
    engine,
    fileOf,
    inState,
    stateDirectory,
    store,
  }) => {
    await inState("saved");
    store.answer = never;
    engine.add([fileOf("b")]);
    engine.clearEnded();
    expect(waiting(stateDirectory)).toMatchObject([{ file: { name: "b" } }]);
  });

  test("has what a stop interrupted", async ({ engine, inState, states, stateDirectory }) => {
    await inState("queued");
    await engine.stop();
    expect(states()).toEqual(["queued", "queued"]);
    expect(waiting(stateDirectory)).toHaveLength(2);
    await engine.idle();
  });

  test("has where transfers go", async ({ engine, folder, inState, stateDirectory, stateOf }) => {
    const id = await inState("queued");
    const elsewhere = path.join(folder, "elsewhere");
    expect(engine.relocate(path.join(folder, "out"), elsewhere)).toBe(1);
    expect(stateOf(id)).toBe("queued");
    expect(waiting(stateDirectory)).toMatchObject([{}, { directory: elsewhere }]);
    expect(engine.snapshot().transfers[1]).toMatchObject({ directory: elsewhere });
  });
});

test.for([
  ["large", 9, 4],
  ["other", 1, 16],
] as const)(
  "%s files are fetched several at a time by default",
  async ([_, megabytes, count], { fileOf }) => {
    const { context } = memoryContext(never);
    const { clock, source } = context;
    const engine = createTransferEngine({ source, clock });
    const files = Array.from({ length: 20 }, (_, index) => fileOf(`${index}`));
    const bytes = megabytes * 1024 * 1024;
    engine.add(files.map(({ directory, file }) => ({ directory, file: { ...file, bytes } })));
    expect(engine.snapshot().totals.running).toBe(count);
    await engine.stop();
  },
);
