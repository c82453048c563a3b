import { AppError } from "../../base/errors.ts";
import { sanitize } from "../../domain/sanitize.ts";
import { forget, keptSubscriptions } from "../../push/own-subscription.ts";
import { stableText, termsIn } from "../../push/subscription-query.ts";
import { createSubscriptions, type Subscription } from "../../push/subscriptions.ts";
import { type Call, type CommonOptions, createOutput } from "../console/call.ts";
import type { ColumnsOf } from "../console/columns.ts";
import type { SubscriptionJson } from "../console/json-records.ts";
import { createRowList, type ListingOptions } from "../console/listing.ts";
import { usageError } from "../console/usage-error.ts";
import { withSession } from "../console/with-session.ts";

/** `cfs subscriptions [rm ID]`. An unknown id rejects with an AppError of kind not-found. */
export function subscriptions(
  [action, id, ...more]: readonly string[],
  options: ListingOptions,
  call: Call,
): Promise<void> {
  if (action === undefined) return listSubscriptions(options, call);
  if (action === "rm" && id !== undefined && more.length === 0)
    return removeSubscription(id, options, call);
  throw usageError(
    action === "rm" ? "rm needs one id" : `unknown action "${action}"`,
    "Use cfs subscriptions, or cfs subscriptions rm ID.",
  );
}

function listSubscriptions(options: ListingOptions, call: Call): Promise<void> {
  return withSession(call, async ({ connection, stateStore }) => {
    const found = await createSubscriptions(connection).all(call.signal);
    if (options.json) {
      const output = createOutput(call.stdout);
      for (const one of found) output.json(toRecord(one));
      return;
    }
    const folders = new Map(
      keptSubscriptions(stateStore).map(({ id, directory }) => [id, directory]),
    );
    const columns: ColumnsOf<"subscriptions", Subscription> = {
      id: { cell: ({ id }) => sanitize(id) },
      folder: { cell: ({ id }) => folders.get(id) ?? "" },
      notifications: { cell: queryText, least: 20 },
    };
    const rows = createRowList(call, options, columns);
    for (const one of found) rows.add(one);
    rows.end();
    if (found.length === 0) call.stderr.write("No subscriptions.\n");
  });
}

function removeSubscription(id: string, { json }: CommonOptions, call: Call): Promise<void> {
  return withSession(call, async ({ connection, stateStore }) => {
    const known = createSubscriptions(connection);
    if (!(await known.all(call.signal)).some((one) => one.id === id)) {
      throw new AppError({
        kind: "not-found",
        tried: `Removing the subscription ${id}`,
        answered: "the account has no subscription with that id",
        advice: "See cfs subscriptions.",
      });
    }
    await known.remove(id, call.signal);
    await forget([id], stateStore);
    if (json) createOutput(call.stdout).json({ subscriptionID: id } satisfies SubscriptionJson);
    else call.stderr.write(`cfs: Removed the subscription ${id}.\n`);
  });
}

/** The service's own names, without the key of the messages. */
function toRecord({ id, query, transport }: Subscription): SubscriptionJson {
  const transportInfo = transport && { endpoint: transport.endpoint };
  return { subscriptionID: id, transportInfo, query };
}

/** The values of the query's terms: "bulk-ESG, 4173-…, READY". */
function queryText({ query }: Subscription): string {
  if (query === undefined || query === null) return "all file sets";
  const values = termsIn(stableText(query)).map(([, value]) => value);
  return values.length === 0 ? "a query of its own" : sanitize(values.join(", "));
}
