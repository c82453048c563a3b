import { expect, test } from "vitest";
import { AppError } from "../../source/base/errors.ts";
import { Secret } from "../../source/base/secret.ts";
import { type Inbox, listen } from "../../source/push/listen.ts";
import type { QueueMessage } from "../../source/push/queue.ts";
import { type Random, randomFrom } from "../../source/sandbox/model/random.ts";
import { FakeClock } from "../support/fakes/clock.ts";

const messages = 1_000;
const kills = 20;
const visibilityMs = 30_000;

const cut = new AppError({ kind: "service", tried: "Receiving", answered: "cut", status: 500 });

/** A queue in a time of its own, which cuts answers, repeats messages and mixes their order. */
function unreliableQueue(clock: FakeClock, random: Random, onRemove: (name: string) => void) {
  const visibleAtMs = new Map<string, number>();
  for (let index = 0; index < messages; index += 1) visibleAtMs.set(`set-${index}`, 0);

  const take = (most: number): QueueMessage[] => {
    const nowMs = clock.nowMs();
    const visible = [...visibleAtMs].filter(([, atMs]) => atMs <= nowMs).map(([name]) => name);
    const from = random.below(Math.max(1, visible.length - most));
    return visible.slice(from, from + most).map((name) => {
      const isRepeated = random.below(5) === 0;
      visibleAtMs.set(name, nowMs + (isRepeated ? 0 : visibilityMs));
      return { receipt: new Secret(`the receipt of ${name}`, "receipt"), body: name };
    });
  };

  const queue: Inbox["queue"] = {
    async receive(most, signal) {
      await clock.wait(1 + random.below(50), signal);
      const taken = take(most);
      if (random.below(10) === 0) throw cut;
      if (taken.length === 0) await clock.wait(20_000, signal);
      return taken;
    },
    async hide({ body }, seconds) {
      if (visibleAtMs.has(body)) visibleAtMs.set(body, clock.nowMs() + seconds * 1_000);
      return true;
    },
    async remove({ body }) {
      onRemove(body);
      visibleAtMs.delete(body);
    },
  };
  return { queue, left: () => visibleAtMs.size };
}

test.each([1, 2, 3])(
  `${messages} messages with duplicates, disorder, cuts and ${kills} kills, seed %i: none removed before its file set stands, none left, none fetched twice`,
  async (seed) => {
    const clock = new FakeClock();
    const random = randomFrom(seed);
    const standing = new Set<string>();
    const fetched = new Map<string, number>();
    const removedEarly: string[] = [];
    const { queue, left } = unreliableQueue(clock, random, (name) => {
      if (!standing.has(name)) removedEarly.push(name);
    });

    /** One process: what it was fetching when it was killed is fetched again. */
    const live = async (until: () => boolean) => {
      const ending = new AbortController();
      const underWay = new Map<string, Promise<void>>();
      const fetchSet = async (name: string, signal: AbortSignal) => {
        await clock.wait(random.below(40_000), signal);
        if (random.below(5) === 0) return;
        fetched.set(name, (fetched.get(name) ?? 0) + 1);
        standing.add(name);
      };
      const running = listen(
        {
          clock,
          most: 16,
          onTrouble: () => undefined,
          subscribe: async () => ({
            queue,
            open: async (name) => ({
              ...{ bucketName: "b", packageId: "p", status: "READY", attributes: [], files: [] },
              name,
            }),
          }),
          async handle({ name }, signal) {
            if (standing.has(name)) return "done";
            const fetching = underWay.get(name) ?? fetchSet(name, signal);
            underWay.set(name, fetching);
            await fetching.finally(() => underWay.delete(name));
            return standing.has(name) ? "done" : "later";
          },
        },
        ending.signal,
      ).catch(() => undefined);
      while (!until()) {
        await new Promise((resolve) => setImmediate(resolve));
        await clock.toNextEnd();
      }
      ending.abort();
      await running;
    };

    for (let kill = 1; kill <= kills; kill += 1)
      await live(() => left() <= messages - (kill * messages) / (kills + 1));
    await live(() => left() === 0);
    expect({ removedEarly, standing: standing.size }).toEqual({
      removedEarly: [],
      standing: messages,
    });
    expect(Math.max(...fetched.values())).toBe(1);
  },
);
