import { expect } from "vitest";
import type { ServiceConnection } from "../../source/api/session/authorized-send.ts";
import { Secret } from "../../source/base/secret.ts";
import { readState, statePath } from "../../source/config/state-schema.ts";
import type { StateStore, Transaction } from "../../source/config/state-store.ts";
import { wholeSelection } from "../../source/domain/selection.ts";
import { type FollowParts, follow } from "../../source/watch/follow.ts";
import type { FollowReport } from "../../source/watch/watched-folder.ts";
import { FakeClock } from "../support/fakes/clock.ts";
import { FakeFileStore } from "../support/fakes/service.ts";
import { test as base } from "../support/test.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const token = new Secret("an-access-token");
const issued = { accessKeyId: "ASIA", secretKey: "a-secret-key", sessionToken: "a-session-token" };
const transportInfo = {
  endpoint: "https://sqs.us-east-1.amazonaws.com/1/queue-one",
  cryptographyKey: "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
};

/** In memory, because the clock does not wait for a disk. */
function stateInMemory(folder: string): StateStore {
  let state = readState(statePath(folder));
  const transaction: Transaction = {
    read: () => state,
    write(next) {
      state = next;
    },
  };
  return {
    path: statePath(folder),
    read: () => state,
    exclusive: (work) => work(transaction),
    noticeOnce: () => undefined,
  };
}

/** A watch with a clock of its own; its service and its queue answer with these statuses. */
const test = base.extend("watch", async ({ folder }, { onCleanup }) => {
  const clock = new FakeClock();
  const answers = { subscribe: 200, find: 200, queue: 200 };
  const listedAtMs: number[] = [];
  const events: string[] = [];
  /** The answers to requests for a subscription. */
  const posts: number[] = [];

  const reply = (status: number, body: object) => ({
    status,
    text: JSON.stringify(body),
    header: () => undefined,
  });
  const subscription = () => ({ subscriptionID: `made-${posts.length}`, transportInfo });
  const connection: ServiceConnection = {
    host: "https://api.example.com",
    tokens: { current: async () => token, replace: async () => token },
    async send({ method, url, signal }) {
      if (url.pathname.startsWith("/auth")) return reply(200, { credentials: issued });
      if (url.hostname === "api.example.com") {
        if (method !== "POST") return reply(answers.find, { subscriptions: [subscription()] });
        posts.push(answers.subscribe);
        return reply(answers.subscribe, subscription());
      }
      const status = answers.queue;
      if (status === 200) await clock.wait(20_000, signal ?? new AbortController().signal);
      if (status !== 400) return reply(status, {});
      answers.queue = 200;
      return reply(400, { __type: "com.amazonaws.sqs#QueueDoesNotExist" });
    },
  };
  const note = ({ event }: { event: string }) => {
    if (event !== "renewed") events.push(event);
  };
  const report: FollowReport = { event: note, problem: note };
  const ending = new AbortController();
  const parts: FollowParts = {
    connection,
    stateStore: stateInMemory(folder),
    fileStore: new FakeFileStore(),
    owner: { host: connection.host, user: "GE-A-1", directory: folder, scope: { bucket: "b" } },
    selection: wholeSelection,
    filterAt: () => ({ bucket: "b" }),
    folder: {
      list: async () => void listedAtMs.push(clock.nowMs()),
      stateOf: async () => "here",
      retryAtMs: () => Number.POSITIVE_INFINITY,
    },
    report,
    clock,
    signal: ending.signal,
  };
  let running: Promise<unknown> | undefined;
  onCleanup(async () => {
    ending.abort();
    await running;
  });
  /** Lets so much time pass, and with it all that happens. */
  const pass = async (ms: number) => {
    running ??= follow(parts).catch((thrown: unknown) => thrown);
    for (const endMs = clock.nowMs() + ms; clock.nowMs() < endMs; ) {
      await new Promise((resolve) => setImmediate(resolve));
      await clock.toNextEnd();
    }
  };
  return { answers, events, listedAtMs, pass, posts };
});

test("lists every six hours while notifications arrive", async ({ watch }) => {
  await watch.pass(14 * hourMs);
  expect(watch.listedAtMs).toHaveLength(3);
  expect(watch.events).toEqual(["subscribed"]);
});

test("lists again once a subscription was replaced", async ({ watch }) => {
  await watch.pass(minuteMs);
  Object.assign(watch.answers, { find: 404, queue: 400 });
  await watch.pass(5 * minuteMs);
  expect(watch.listedAtMs).toHaveLength(2);
  expect(watch.events).toEqual(["subscribed", "subscribed"]);
});

test("asks ever more rarely while the account may not subscribe, and lists meanwhile", async ({
  watch,
}) => {
  watch.answers.subscribe = 403;
  await watch.pass(65 * minuteMs);
  expect(watch.listedAtMs).toHaveLength(4);
  expect(watch.posts).toEqual([403, 403, 403, 403, 403, 403]);
  expect(watch.events).toEqual(["polling"]);
  watch.answers.subscribe = 200;
  await watch.pass(65 * minuteMs);
  expect(watch.events).toEqual(["polling", "subscribed", "listening"]);
});

test("lists every 15 minutes while the queue does not answer", async ({ watch }) => {
  watch.answers.queue = 500;
  await watch.pass(65 * minuteMs);
  expect(watch.listedAtMs).toHaveLength(4);
  expect(watch.events).toEqual(["subscribed", "polling"]);
  watch.answers.queue = 200;
  await watch.pass(5 * hourMs);
  expect(watch.listedAtMs).toHaveLength(4);
  expect(watch.events).toEqual(["subscribed", "polling", "listening"]);
});
