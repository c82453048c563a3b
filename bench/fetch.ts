import process from "node:process";
import { Secret } from "../source/base/secret.ts";
import { createObjectStore } from "../source/network/object-store.ts";
import { createTransferEngine } from "../source/transfer/create-engine.ts";
import type { TransferFile } from "../source/transfer/engine.ts";

/**
 * Fetches the files of one server with the engine, as `cfs get` does: verified, synced, renamed.
 * Call: node fetch.mjs DIRECTORY ORIGIN JOBS < listing, a JSON array of {name, bytes, md5?}.
 */
const [directory = ".", origin = "", jobs = "4"] = process.argv.slice(2);
const chunks: Buffer[] = [];
for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
const listing: Omit<TransferFile, "fileId" | "fileSetId">[] = JSON.parse(
  Buffer.concat(chunks).toString(),
);

const engine = createTransferEngine({
  source: createObjectStore({
    userAgent: "cfs/bench",
    locate: async (fileId) => new Secret(`${origin}/${fileId}`),
  }),
  jobs: Number(jobs),
  workerUrl: new URL("./verify-worker.mjs", import.meta.url),
  ...(process.env.CFS_CONNECTIONS === undefined
    ? {}
    : { connections: Number(process.env.CFS_CONNECTIONS) }),
});
engine.add(
  listing.map((file) => ({
    file: { ...file, fileId: file.name, fileSetId: "bench" },
    directory,
    overwrite: true,
  })),
);
await engine.idle();
const errors = engine.snapshot().transfers.flatMap(({ error }) => error ?? []);
await engine.stop();
for (const error of errors) process.stderr.write(`${error.message}\n`);
process.exitCode = errors.length > 0 ? 1 : 0;
