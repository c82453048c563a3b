import type { KeptSubscription } from "../config/state-schema.ts";
import type { StateStore } from "../config/state-store.ts";
import {
  packageIn,
  type SubscriptionScope,
  stableText,
  subscriptionQuery,
} from "./subscription-query.ts";
import type { Subscription, Subscriptions } from "./subscriptions.ts";

/** Whose subscription it is, and what it is for. */
export interface SubscriptionOwner {
  host: string;
  user: string;
  /** Each folder has its own, since two readers of one queue would take each other's messages. */
  directory: string;
  /** The terminal program; undefined: `cfs watch`, which has its own for the same reason. */
  by?: "screens";
  scope: SubscriptionScope;
}

export interface OwnSubscriptionParts {
  subscriptions: Subscriptions;
  stateStore: StateStore;
  owner: SubscriptionOwner;
}

/**
 * The subscription that an earlier call made for the same folder and scope, if the service still has it
 * unchanged, or a new one. Only its id is kept on disk.
 */
export async function openSubscription(
  { subscriptions, stateStore, owner }: OwnSubscriptionParts,
  signal: AbortSignal,
): Promise<{ subscription: Subscription; isNew: boolean }> {
  for (const { id, answered } of keptFor(owner, stateStore)) {
    const found = await subscriptions.find(id, signal);
    if (found !== undefined && stableText(found.query) === answered)
      return { subscription: found, isNew: false };
    await forget([id], stateStore);
  }
  const query = subscriptionQuery(owner.scope);
  const subscription = await subscriptions.create(query, signal);
  const { id } = subscription;
  const { scope: _, ...watcher } = owner;
  const texts = { asked: stableText(query), answered: stableText(subscription.query) };
  try {
    await change(stateStore, (before) => [...before, { ...watcher, id, ...texts }]);
  } catch (thrown) {
    // Without its id no later call would find it.
    await subscriptions.remove(id, signal).catch(() => undefined);
    throw thrown;
  }
  return { subscription, isNew: true };
}

/** Removes the subscription of this folder and scope. Resolves with the ids that were kept for it. */
export async function endSubscription(
  { subscriptions, stateStore, owner }: OwnSubscriptionParts,
  signal: AbortSignal,
): Promise<string[]> {
  const ids = keptFor(owner, stateStore).map(({ id }) => id);
  for (const id of ids) {
    if ((await subscriptions.find(id, signal)) !== undefined)
      await subscriptions.remove(id, signal);
  }
  if (ids.length > 0) await forget(ids, stateStore);
  return ids;
}

/** Forgets ids that the service no longer has. */
export function forget(ids: readonly string[], stateStore: StateStore): Promise<void> {
  return change(stateStore, (before) => before.filter(({ id }) => !ids.includes(id)));
}

/** The subscriptions that calls with these settings made. */
export function keptSubscriptions(stateStore: StateStore): readonly KeptSubscription[] {
  return stateStore.read().subscriptions ?? [];
}

/** The ids of the packages that the owner has subscriptions for. */
export function keptPackages(
  owner: Omit<SubscriptionOwner, "scope">,
  stateStore: StateStore,
): string[] {
  const own = keptSubscriptions(stateStore).filter(isOf(owner));
  return [...new Set(own.flatMap(({ asked }) => packageIn(asked) ?? []))];
}

function keptFor({ scope, ...owner }: SubscriptionOwner, stateStore: StateStore) {
  const asked = stableText(subscriptionQuery(scope));
  return keptSubscriptions(stateStore).filter((one) => isOf(owner)(one) && one.asked === asked);
}

function isOf({ host, user, directory, by }: Omit<SubscriptionOwner, "scope">) {
  return (one: KeptSubscription): boolean =>
    one.host === host && one.user === user && one.directory === directory && one.by === by;
}

function change(
  stateStore: StateStore,
  apply: (before: readonly KeptSubscription[]) => KeptSubscription[],
): Promise<void> {
  return stateStore.exclusive(async (file) => {
    const state = file.read();
    file.write({ ...state, subscriptions: apply(state.subscriptions ?? []) });
  });
}
