import { expect, test } from "vitest";
import { AppError } from "../../source/base/errors.ts";
import { Secret } from "../../source/base/secret.ts";
import { type Inbox, listen, type Outcome } from "../../source/push/listen.ts";
import type { Notification } from "../../source/push/notification.ts";
import type { QueueMessage } from "../../source/push/queue.ts";
import { FakeClock } from "../support/fakes/clock.ts";
import { waitUntil } from "../support/wait-until.ts";

const notification = (name: string): Notification => ({
  bucketName: "bulk-A",
  packageId: "4000",
  name,
  status: "READY",
  attributes: [],
  files: [],
});

type Batch = string[] | AppError;

/** A queue that answers with these batches, then waits; each name is the body of a message. */
function listening(
  batches: Batch[],
  handle: (name: string, signal: AbortSignal) => Promise<Outcome>,
  more: { most?: number; mayHide?: boolean } = {},
) {
  const clock = new FakeClock();
  const ending = new AbortController();
  const log: string[] = [];
  const asked: number[] = [];
  const subscribed: number[] = [];
  const queue: Inbox["queue"] = {
    receive(most, signal) {
      asked.push(most);
      const batch = batches.shift();
      if (batch instanceof AppError) return Promise.reject(batch);
      const names = batch?.splice(0, most) ?? [];
      if (batch !== undefined && batch.length > 0) batches.unshift(batch);
      if (batch !== undefined) return Promise.resolve(names.map(messageOf));
      return new Promise((_, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      });
    },
    async hide({ body }, seconds) {
      log.push(`hide ${body} ${seconds}`);
      return more.mayHide ?? true;
    },
    async remove({ body }) {
      log.push(`remove ${body}`);
      if (body === "outdated") throw outdated;
    },
  };
  const open = async (body: string) => (body.startsWith("?") ? undefined : notification(body));
  const ended = listen(
    {
      subscribe: async () => {
        subscribed.push(clock.nowMs());
        return { queue, open };
      },
      handle: ({ name }, signal) => handle(name, signal),
      most: more.most ?? 16,
      onTrouble: (error) => log.push(error === undefined ? "answers" : `trouble ${error.answered}`),
      clock,
    },
    ending.signal,
  );
  ended.catch(() => undefined);
  const stop = async () => {
    ending.abort();
    await expect(ended).rejects.toMatchObject({ name: "AbortError" });
  };
  return { asked, clock, ended, log, stop, subscribed };
}

/** Is fetched until the call ends. */
const forever = (_: string, signal: AbortSignal) =>
  new Promise<Outcome>((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });

/** Lets everything happen that waits for nothing. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

const messageOf = (body: string): QueueMessage => ({
  receipt: new Secret(`receipt of ${body}`, "receipt"),
  body,
});

test("removes a message only after its file set was handled", async () => {
  let finish: (outcome: Outcome) => void = () => undefined;
  const handled = new Promise<Outcome>((resolve) => {
    finish = resolve;
  });
  const { asked, log, stop } = listening([["slow", "fast"]], (name) =>
    name === "slow" ? handled : Promise.resolve("done"),
  );
  await waitUntil(() => log.includes("remove fast") && asked.length > 1);
  expect(log).toEqual(["remove fast"]);
  finish("done");
  await waitUntil(() => log.includes("remove slow"));
  await stop();
});

test("leaves what is for later and what cannot be read, and then waits before it asks again", async () => {
  const { asked, clock, log, stop } = listening([["later", "?"], ["good"]], async (name) =>
    name === "later" ? "later" : "done",
  );
  await turn();
  await clock.toNextEnd();
  await waitUntil(() => log.includes("remove good") && asked.length === 3);
  expect(log).toEqual(["remove good"]);
  await stop();
});

const outdated = new AppError({
  ...{ kind: "service", tried: "Removing", answered: "the receipt is not valid", status: 400 },
  serviceCode: "ReceiptHandleIsInvalid",
});

test("leaves a message that cannot be removed to the queue", async () => {
  const { log, stop } = listening([["outdated"], ["good"]], async () => "done");
  await waitUntil(() => log.includes("remove good"));
  expect(log).toEqual(["remove outdated", "remove good"]);
  await stop();
});

test("takes no more messages than there is room for", async () => {
  const open: (() => void)[] = [];
  const handle = (name: string, signal: AbortSignal) =>
    Promise.race([
      forever(name, signal),
      new Promise<Outcome>((resolve) => open.push(() => resolve("done"))),
    ]);
  const { asked, stop } = listening([["1", "2", "3", "4"]], handle, { most: 3 });
  await waitUntil(() => open.length === 3);
  expect(asked).toEqual([3]);
  open.shift()?.();
  await waitUntil(() => open.length === 3);
  expect(asked).toEqual([3, 1]);
  await stop();
});

test("hides a message for five minutes, every two minutes, while its files are fetched", async () => {
  const { clock, log, stop } = listening([["long"]], forever);
  await clock.waiting();
  clock.advance(10_000);
  await waitUntil(() => log.length === 1);
  await clock.waiting();
  clock.advance(119_000);
  clock.advance(1_000);
  await waitUntil(() => log.length === 2);
  expect(log).toEqual(["hide long 300", "hide long 300"]);
  await stop();
});

test("goes on without hiding if the queue does not allow it", async () => {
  let finish: (outcome: Outcome) => void = () => undefined;
  const handled = new Promise<Outcome>((resolve) => {
    finish = resolve;
  });
  const { clock, log, stop } = listening([["long"]], () => handled, { mayHide: false });
  await turn();
  await clock.toNextEnd();
  await waitUntil(() => log.length === 1);
  finish("done");
  await waitUntil(() => log.includes("remove long"));
  expect(log).toEqual(["hide long 300", "remove long"]);
  await stop();
});

const away = new AppError({ kind: "service", tried: "Receiving", answered: "503", status: 503 });

test("reports once that the queue does not answer, retries, and reports its return", async () => {
  const { clock, log, stop } = listening([away, away, away, ["good"]], async () => "done");
  for (let retry = 0; retry < 3; retry += 1) await clock.toNextEnd();
  await waitUntil(() => log.includes("remove good"));
  expect(log).toEqual(["trouble 503", "answers", "remove good"]);
  await stop();
});

const gone = new AppError({
  ...{ kind: "service", tried: "Receiving", answered: "gone", status: 400 },
  serviceCode: "QueueDoesNotExist",
});

test("replaces a lost subscription at once, and another one after minutes", async () => {
  const { clock, log, stop, subscribed } = listening([gone, gone, ["good"]], async () => "done");
  await clock.waiting();
  expect([subscribed.length, log]).toEqual([2, ["trouble gone"]]);
  clock.advance(119_000);
  await turn();
  expect(subscribed).toHaveLength(2);
  await clock.toNextEnd();
  await waitUntil(() => log.includes("remove good"));
  expect(subscribed).toHaveLength(3);
  expect(log).toEqual(["trouble gone", "answers", "remove good"]);
  await stop();
});

const refused = away.withFacts({ reason: "wrong-credentials" });

test("ends with refused credentials, and with what the handler throws", async () => {
  await expect(listening([refused], async () => "done").ended).rejects.toBe(refused);
  const thrown = new AppError({ kind: "disk", tried: "Saving", answered: "ENOSPC" });
  const { ended, log } = listening([["bad", "?"]], () => Promise.reject(thrown));
  await expect(ended).rejects.toBe(thrown);
  expect(log).toEqual([]);
});

test("an interruption leaves the messages that are being handled", async () => {
  const { log, stop, asked } = listening([["one"]], forever);
  await waitUntil(() => asked.length === 2);
  await stop();
  expect(log).toEqual([]);
});
