import { expect, test } from "vitest";
import { redact, Secret } from "../../source/base/secret.ts";
import { createQueueCredentials } from "../../source/push/queue-credentials.ts";

const minuteMs = 60_000;
const startMs = Date.parse("2026-11-28T09:00:00Z");
const { signal } = new AbortController();

/** Credentials that the service issues with these fields besides; time stands still unless moved. */
function issuedWith(more: object = {}, outer: object = {}) {
  const state = { nowMs: startMs, asked: [] as string[], renewals: 0 };
  const token = new Secret("an-access-token");
  const credentials = createQueueCredentials({
    endpoint: "https://sqs.us-east-1.amazonaws.com/1/queue?a=b",
    nowMs: () => state.nowMs,
    onRenewed: () => {
      state.renewals += 1;
    },
    connection: {
      host: "https://api.example.com",
      tokens: { current: async () => token, replace: async () => token },
      async send({ url }) {
        state.asked.push(url.href);
        const number = state.asked.length;
        const issued = {
          accessKeyId: `ASIA-${number}`,
          secretKey: `secret-key-number-${number}`,
          sessionToken: `session-token-number-${number}`,
          ...more,
        };
        const text = JSON.stringify({ credentials: issued, ...outer });
        return { status: 200, text, header: () => undefined };
      },
    },
  });
  const at = async (minutes: number) => {
    state.nowMs = startMs + minutes * minuteMs;
    return (await credentials.current(signal)).accessKeyId.reveal();
  };
  return { state, credentials, at };
}

test("asks once, for the queue's address", async () => {
  const { state, at } = issuedWith();
  expect([await at(0), await at(44)]).toEqual(["ASIA-1", "ASIA-1"]);
  expect(state.asked).toEqual([
    "https://api.example.com/auth/cloud-credentials/v1/?endpoint=https%3A%2F%2Fsqs.us-east-1.amazonaws.com%2F1%2Fqueue%3Fa%3Db",
  ]);
  expect(state.renewals).toBe(0);
});

test("renews after 45 minutes if the service does not say when they expire", async () => {
  const { state, at } = issuedWith({ expiration: "soon" });
  expect([await at(0), await at(44), await at(45)]).toEqual(["ASIA-1", "ASIA-1", "ASIA-2"]);
  expect(state.renewals).toBe(1);
});

const inOneHour = startMs + 60 * minuteMs;

test.each<[string, object, object]>([
  ["as text", { expiration: new Date(inOneHour).toISOString() }, {}],
  ["in seconds", { expiration: inOneHour / 1_000 }, {}],
  ["in milliseconds, beside the credentials", {}, { expiration: inOneHour }],
])("renews five minutes before an expiry that is given %s", async (_, more, outer) => {
  const { at } = issuedWith(more, outer);
  expect([await at(0), await at(54), await at(55)]).toEqual(["ASIA-1", "ASIA-1", "ASIA-2"]);
});

test("uses half of a life that is shorter than ten minutes", async () => {
  const { at } = issuedWith({ expiration: new Date(startMs + 2 * minuteMs).toISOString() });
  expect([await at(0), await at(0.9), await at(1)]).toEqual(["ASIA-1", "ASIA-1", "ASIA-2"]);
});

test("all who were refused share one renewal", async () => {
  const { credentials, state } = issuedWith();
  const refused = await credentials.current(signal);
  const all = [1, 2, 3].map(() => credentials.replace(refused, signal));
  const renewed = new Set(await Promise.all(all));
  expect([renewed.size, state.asked.length]).toEqual([1, 2]);
  expect(await credentials.replace(refused, signal)).toBe([...renewed][0]);
});

test("a caller that ends does not end the renewal of the others", async () => {
  const { credentials, state } = issuedWith();
  const ending = new AbortController();
  const ended = credentials.current(ending.signal);
  const other = credentials.current(signal);
  ending.abort();
  await expect(ended).rejects.toMatchObject({ name: "AbortError" });
  expect((await other).accessKeyId.reveal()).toBe("ASIA-1");
  expect(state.asked).toHaveLength(1);
});

test("what it issued is redacted", async () => {
  const { credentials } = issuedWith({ accessKeyId: "ASIAREDACTED" });
  await credentials.current(signal);
  const text = "ASIAREDACTED secret-key-number-1 session-token-number-1";
  expect(redact(text)).toBe("••• ••• •••");
});
