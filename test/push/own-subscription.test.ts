import { expect } from "vitest";
import { AppError } from "../../source/base/errors.ts";
import { openStateStore, type StateStore } from "../../source/config/state-store.ts";
import {
  endSubscription,
  forget,
  keptPackages,
  openSubscription,
} from "../../source/push/own-subscription.ts";
import type { Subscription, Subscriptions } from "../../source/push/subscriptions.ts";
import { test as base } from "../support/test.ts";

/** The subscriptions of an account, as a service holds them. */
class FakeSubscriptions implements Subscriptions {
  readonly held = new Map<string, Subscription>();
  readonly removed: string[] = [];
  #made = 0;
  /** How the service repeats a query. */
  repeat: (query: object) => unknown = (query) => query;

  all = async () => [...this.held.values()];
  find = async (id: string) => this.held.get(id);
  async create(query: object) {
    this.#made += 1;
    const made = { id: `made-${this.#made}`, query: this.repeat(query), transport: undefined };
    this.held.set(made.id, made);
    return made;
  }
  async remove(id: string) {
    this.removed.push(id);
    this.held.delete(id);
  }
}

const test = base
  .extend("subscriptions", () => new FakeSubscriptions())
  .extend("stateStore", ({ folder }) =>
    openStateStore({ directory: folder, notice: () => undefined }),
  );

const { signal } = new AbortController();
const owner = {
  host: "https://api.example.com",
  user: "GE-A-1",
  directory: "/srv/pit",
  scope: { bucket: "bulk-ESG", packageId: "4288" },
};

test("makes one, and finds it again at the next start", async ({ subscriptions, stateStore }) => {
  const parts = { subscriptions, stateStore, owner };
  const first = await openSubscription(parts, signal);
  expect(first).toMatchObject({ isNew: true, subscription: { id: "made-1" } });
  expect(await openSubscription(parts, signal)).toMatchObject({
    isNew: false,
    subscription: { id: "made-1" },
  });
  expect(subscriptions.held.size).toBe(1);
});

test("finds it again if the service repeats the query in other words", async ({
  subscriptions,
  stateStore,
}) => {
  subscriptions.repeat = (query) => ({ normalized: query });
  const parts = { subscriptions, stateStore, owner };
  await openSubscription(parts, signal);
  expect(await openSubscription(parts, signal)).toMatchObject({ isNew: false });
});

test.for<[string, Partial<typeof owner>]>([
  ["folder", { directory: "/srv/other" }],
  ["user", { user: "GE-A-2" }],
  ["host", { host: "https://other.example.com" }],
  ["package", { scope: { bucket: "bulk-ESG", packageId: "4173" } }],
])("makes another one for another %s", async ([_, change], { subscriptions, stateStore }) => {
  await openSubscription({ subscriptions, stateStore, owner }, signal);
  const other = { subscriptions, stateStore, owner: { ...owner, ...change } };
  expect(await openSubscription(other, signal)).toMatchObject({ isNew: true });
  expect(await openSubscription({ subscriptions, stateStore, owner }, signal)).toMatchObject({
    isNew: false,
  });
});

test("makes another one if the service no longer has it", async ({ subscriptions, stateStore }) => {
  const parts = { subscriptions, stateStore, owner };
  await openSubscription(parts, signal);
  subscriptions.held.clear();
  expect(await openSubscription(parts, signal)).toMatchObject({
    isNew: true,
    subscription: { id: "made-2" },
  });
  expect(stateStore.read().subscriptions?.map(({ id }) => id)).toEqual(["made-2"]);
});

test("does not use one whose query was changed, and does not remove it", async ({
  subscriptions,
  stateStore,
}) => {
  const parts = { subscriptions, stateStore, owner };
  const { subscription } = await openSubscription(parts, signal);
  subscriptions.held.set(subscription.id, { ...subscription, query: undefined });
  expect(await openSubscription(parts, signal)).toMatchObject({ isNew: true });
  expect(subscriptions.removed).toEqual([]);
});

test("ends only its own", async ({ subscriptions, stateStore }) => {
  const other = { ...owner, directory: "/srv/other" };
  await openSubscription({ subscriptions, stateStore, owner: other }, signal);
  await openSubscription({ subscriptions, stateStore, owner }, signal);
  expect(await endSubscription({ subscriptions, stateStore, owner }, signal)).toEqual(["made-2"]);
  expect(subscriptions.removed).toEqual(["made-2"]);
  expect(await endSubscription({ subscriptions, stateStore, owner }, signal)).toEqual([]);
  await forget(["made-1"], stateStore);
  expect(stateStore.read().subscriptions).toEqual([]);
});

test("knows the packages that the terminal program watched in a folder", async ({
  subscriptions,
  stateStore,
}) => {
  const screens = { ...owner, by: "screens" } as const;
  const scopes = ["4289", "4290"].map((packageId) => ({ bucket: "bulk-ESG", packageId }));
  const others = [owner, { ...screens, directory: "/srv/other" }];
  for (const one of [...others, ...scopes.map((scope) => ({ ...screens, scope }))])
    await openSubscription({ subscriptions, stateStore, owner: one }, signal);
  expect(keptPackages(screens, stateStore)).toEqual(["4289", "4290"]);
});

test("leaves none behind whose id cannot be kept", async ({ subscriptions, stateStore }) => {
  const refusal = new AppError({ kind: "disk", tried: "Writing", answered: "ENOSPC" });
  const full: StateStore = { ...stateStore, exclusive: () => Promise.reject(refusal) };
  await expect(openSubscription({ subscriptions, stateStore: full, owner }, signal)).rejects.toBe(
    refusal,
  );
  expect([subscriptions.held.size, subscriptions.removed]).toEqual([0, ["made-1"]]);
});

test("keeps no key on disk", async ({ subscriptions, stateStore }) => {
  await openSubscription({ subscriptions, stateStore, owner }, signal);
  const [entry] = stateStore.read().subscriptions ?? [];
  expect(Object.keys(entry ?? {}).sort()).toEqual([
    ...["answered", "asked", "directory", "host", "id", "user"],
  ]);
});
