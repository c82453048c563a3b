import { setMaxListeners } from "node:events";
import { mapConcurrently } from "../../base/concurrency.ts";
import { AppError } from "../../base/errors.ts";
import { counted } from "../../domain/readable.ts";
import type { StoreAddress } from "../../domain/store-address.ts";
import type { Plan, PlannedFile } from "../../plan/plan.ts";
import type { ObjectStore } from "../../s3/object-store.ts";
import { sameObject } from "../../s3/same-object.ts";
import type { Call } from "../console/call.ts";
import type { Messages } from "../console/messages.ts";
import { withParts } from "../console/with-session.ts";
import { openStoreAt } from "../resolve/store-at.ts";
import { collectLacking, type LookedFor } from "./collect-lacking.ts";

const requestsAtATime = 16;

interface StoreCheck {
  address: StoreAddress;
  /** Compares names and sizes by listing, without looking at each object. */
  sizeOnly: boolean;
  /** Ends uploads of the plan that are not complete. */
  clean: boolean;
}

/** The files of the plan that an object store lacks. Rejects with an AppError. */
export function lookInStore(
  plan: Plan,
  { address, clean, sizeOnly }: StoreCheck,
  messages: Messages,
  call: Call,
): Promise<PlannedFile[]> {
  const { signal } = call;
  return withParts(call, async (parts) => {
    const store = await openStoreAt(address, parts, signal);
    const looking = sizeOnly ? lookBySize(plan, store, signal) : lookAtEach(plan, store, signal);
    const lacking = await collectLacking(plan, looking, messages.progress);
    await (clean ? endUploads : noteUploads)(plan, store, messages, signal);
    return lacking;
  });
}

async function* lookBySize(
  { files }: Plan,
  store: ObjectStore,
  signal: AbortSignal,
): AsyncGenerator<LookedFor> {
  const sizes = new Map<string, number>();
  for await (const { name, bytes } of store.list(signal)) sizes.set(name, bytes);
  for (const file of files) {
    const bytes = sizes.get(file.name);
    yield { file, isLacking: bytes === undefined || bytes !== (file.size ?? bytes) };
  }
}

function lookAtEach(
  { files }: Plan,
  store: ObjectStore,
  signal: AbortSignal,
): AsyncGenerator<LookedFor> {
  const looking = AbortSignal.any([signal]);
  // Each request listens to it; Node would warn of a leak.
  setMaxListeners(0, looking);
  return mapConcurrently(files, requestsAtATime, async (file) => {
    const { fileId, md5, name, size } = file;
    const object = await store.head(name, looking);
    const wanted = { fileId, bytes: size ?? undefined, md5: md5 ?? undefined };
    return { file, isLacking: object === undefined || sameObject(wanted, object) === undefined };
  });
}

/** The uploads of the plan's files that are not complete. Rejects with an AppError. */
async function openUploads({ files }: Plan, store: ObjectStore, signal: AbortSignal) {
  const names = new Set(files.map(({ name }) => store.keyOf(name)));
  const listed = await store.uploads.open(undefined, signal);
  return listed.filter(({ key }) => names.has(key));
}

async function endUploads(
  plan: Plan,
  store: ObjectStore,
  { note }: Messages,
  signal: AbortSignal,
): Promise<void> {
  const open = await openUploads(plan, store, signal);
  for (const upload of open) await store.uploads.abort(upload, signal);
  if (open.length > 0) note(`Ended ${counted(open.length, "upload")}.`);
}

/** Uploads that are not complete cost what their parts take, and no listing of objects shows them. */
async function noteUploads(
  plan: Plan,
  store: ObjectStore,
  { note }: Messages,
  signal: AbortSignal,
): Promise<void> {
  const open = await openUploads(plan, store, signal).catch((thrown) => {
    if (!(thrown instanceof AppError) || thrown.kind !== "disk") throw thrown;
    note(`Uploads that are not complete could not be listed: ${thrown.answered}.`);
    return [];
  });
  if (open.length === 0) return;
  const are = open.length === 1 ? "is" : "are";
  note(
    `${counted(open.length, "upload")} of the plan ${are} not complete: cfs get --plan continues them, --clean ends them.`,
  );
}
