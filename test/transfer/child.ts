import process from "node:process";
import * as v from "valibot";
import { createObjectStore } from "../../source/api/object-store.ts";
import { Secret } from "../../source/secret.ts";
import { createTransferEngine } from "../../source/transfer/create-transfer-engine.ts";

/** What the parent process wants fetched. */
const orderShape = v.object({
  locateUrl: v.string(),
  directory: v.string(),
  connections: v.number(),
  file: v.object({
    fileId: v.string(),
    fileSetId: v.string(),
    name: v.string(),
    bytes: v.optional(v.number()),
    md5: v.optional(v.string()),
  }),
});

export type Order = v.InferOutput<typeof orderShape>;

/** Tells the parent how far it is, often, and how it ended. */
async function work({ locateUrl, directory, connections, file }: Order): Promise<void> {
  const source = createObjectStore({
    userAgent: "cfs/test",
    locate: async (fileId, signal) =>
      new Secret(await (await fetch(`${locateUrl}${fileId}`, { signal })).text()),
  });
  const engine = createTransferEngine({
    source,
    connections,
    retryDelayMs: 5,
    stallTimeoutMs: 300,
    ...(process.env.WORKER === undefined ? {} : { workerUrl: new URL(process.env.WORKER) }),
  });
  engine.add([{ file: toFile(file), directory }]);
  const tell = () => {
    const [transfer] = engine.snapshot().transfers;
    process.send?.({
      state: transfer?.state,
      sha256: transfer?.sha256,
      bytesFetched: transfer?.bytesFetched ?? 0,
      error: transfer?.error?.message,
    });
  };
  const timer = setInterval(tell, 3);
  await engine.idle();
  clearInterval(timer);
  tell();
  await engine.stop();
  process.disconnect?.();
}

function toFile({ bytes, md5, ...file }: Order["file"]) {
  return {
    ...file,
    ...(bytes === undefined ? {} : { bytes }),
    ...(md5 === undefined ? {} : { md5 }),
  };
}

await work(v.parse(orderShape, JSON.parse(process.env.ORDER ?? "")));
