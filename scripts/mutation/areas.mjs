const inTransfer = (...names) => names.map((name) => `test/transfer/${name}.test.ts`);

/** Files to mutate, and the in-process tests that should notice the mutants. */
export const areas = {
  session: {
    mutate: ["source/api/session/*.ts"],
    tests: [
      ...[
        "sign-in",
        "renewal",
        "rate-limit",
        "sign-out",
        "shutdown",
        "session-store",
        "file-addresses",
      ].map((name) => `test/api/${name}.test.ts`),
      "test/trust/rate-limit.test.tsx",
    ],
  },
  sync: { mutate: ["source/sync/*.ts"], tests: ["test/sync/*.test.ts"] },
  parts: {
    mutate: [
      "source/transfer/part-file/*.ts",
      "source/transfer/object/{body-writer,segment-plan}.ts",
      "source/transfer/connections/{concurrency-controller,connection-limit}.ts",
      "source/transfer/queue/{record,wait-queue}.ts",
    ],
    tests: inTransfer(
      ...["journal", "part-file", "disk-writer", "ranges"].map((name) => `part-file/${name}`),
      ...["object/body-writer", "object/segment-plan", "queue/record", "queue/snapshots"],
      ...["connections/concurrency-controller", "connections/connection-limit", "reorder"],
    ),
  },
  engine: {
    mutate: [
      "source/transfer/{file,verify,scheduler}/*.ts",
      "source/transfer/object/{object-download,object-plan,segment-download}.ts",
      "source/transfer/queue/{queue-file,snapshots}.ts",
      "source/transfer/connections/connection-pool.ts",
      "source/transfer/create-engine.ts",
    ],
    tests: [
      // A test of one module fails sooner than one of the engine, so it runs first.
      ...["object", "scheduler", "queue", "verify", "file", "connections"].map(
        (folder) => `test/transfer/${folder}/*.test.ts`,
      ),
      ...inTransfer(...["transitions", "kept-names", "verified-by", "engine"]),
    ],
  },
};
