import { join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { buildProgram } from "../../source/commands/program.ts";
import { readEnvironment } from "../../source/config/environment.ts";
import type { FileSet } from "../../source/domain/entities.ts";
import { newestFirst } from "../../source/domain/ordering.ts";
import { startLenientService, windowReadings } from "../support/fakes/lenient-service.ts";
import { someFileSet } from "../support/fakes/listings.ts";
import { memoryFolder } from "../support/memory-folder.ts";
import { test as base } from "../support/test.ts";

const dayMs = 86_400_000;
const nowMs = Date.parse("2026-06-30T12:00:00Z");

const it = base
  .extend("folder", memoryFolder)
  .extend("service", async ({}, { onCleanup }) => {
    const service = await startLenientService();
    onCleanup(() => service.close());
    return service;
  })
  /** Runs a command in this process with separate settings; resolves with its lines as objects. */
  .extend("cfs", ({ folder, service }) => {
    let calls = 0;
    return async (...words: string[]) => {
      calls += 1;
      let printed = "";
      const stdout = new Writable({
        write(chunk, _, done) {
          printed += String(chunk);
          done();
        },
      });
      const environment = readEnvironment({
        RDP_HOST: service.host,
        RDP_CLIENT_ID: "client",
        RDP_CLIENT_SECRET: "secret",
        CFS_CONFIG_DIR: join(folder, `settings-${calls}`),
      });
      const program = buildProgram({
        call: {
          stdin: new PassThrough(),
          stdout,
          stderr: new PassThrough().resume(),
          environment,
          signal: new AbortController().signal,
          nowMs: () => nowMs,
        },
        applyFlags: () => undefined,
        ready: async () => undefined,
        openTerminalProgram: async () => undefined,
      });
      await program.parseAsync(words, { from: "user" });
      const lines = printed.split("\n").filter((line) => line !== "");
      return lines.map((line): Record<string, unknown> => JSON.parse(line));
    };
  })
  .extend("listed", ({ cfs, service }) => {
    return async (...words: string[]) =>
      (await cfs("file-sets", service.bucket, "--json", ...words)).map(({ id }) => id);
  })
  .extend("missing", ({ cfs, folder, service }) => {
    const out = join(folder, "none");
    const sync = ["sync", service.bucket, "--package", "Pack", "-o", out, "--dry-run", "--json"];
    return async (...words: string[]) =>
      (await cfs(...sync, ...words)).map(({ fileSetId }) => fileSetId);
  });

describe("a service that keeps what lies within the times that are asked for", () => {
  const within: FileSet = someFileSet(0, {
    contentTo: "2026-06-20T00:00:00Z",
    availableFrom: "2026-06-20T01:00:00Z",
    availableTo: "2026-07-10T00:00:00Z",
  });

  it.for<[string, string]>([
    ["--content-from", "30d"],
    ["--content-to", "30d"],
    ["--available-from", "5d"],
    ["--available-to", "5d"],
  ])(
    "has a file set that spans %s, for file-sets and for sync",
    async ([option, time], { service, listed, missing }) => {
      service.fileSets = [within];
      expect(await listed(option, time)).toEqual([within.id]);
      expect(await missing(option, time)).toEqual([within.id]);
    },
  );
});

/** Moments that meet often, so that bounds are hit exactly. */
const moments = ["1970-01-01", "2026-05-01", "2026-05-31", "2026-06-20", "2026-07-10"].map(
  (day) => `${day}T12:00:00Z`,
);
const moment = fc.constantFrom(...moments);
const attributes = ["A=plain", "A=one, two", "A=12:30", "B=plain", "B= edge ", "B,C=plain"];

const fileSetFields = fc.record({
  name: fc.constantFrom(
    "One",
    "Two, three",
    "Four:five",
    "Feed-Csv-Init-2026-06-01",
    "Feed-Jsonl-Delta-2026-06-01",
  ),
  status: fc.constantFrom("READY", "READY", "PENDING"),
  attributes: fc.subarray(attributes).map((words) =>
    words.map((word) => {
      const [name = "", value = ""] = word.split("=");
      return { name, value };
    }),
  ),
  contentFrom: fc.option(moment, { nil: undefined }),
  contentTo: fc.option(moment, { nil: undefined }),
  availableFrom: fc.option(moment, { nil: undefined }),
  availableTo: fc.option(moment, { nil: undefined }),
  created: moment,
  modified: moment,
});

const times = [
  ["--content-from", ({ contentTo }: FileSet, ms: number) => !(Date.parse(contentTo ?? "") < ms)],
  ["--content-to", ({ contentFrom }: FileSet, ms: number) => !(Date.parse(contentFrom ?? "") > ms)],
  [
    "--available-from",
    ({ availableTo }: FileSet, ms: number) => !(Date.parse(availableTo ?? "") < ms),
  ],
  [
    "--available-to",
    ({ availableFrom }: FileSet, ms: number) => !(Date.parse(availableFrom ?? "") > ms),
  ],
  ["--created-since", ({ created }: FileSet, ms: number) => !(Date.parse(created ?? "") < ms)],
  ["--modified-since", ({ modified }: FileSet, ms: number) => !(Date.parse(modified ?? "") < ms)],
] as const;

/** Words of a call with what they let through, by the sentences of the help. */
interface Filter {
  words: string[];
  fits(fileSet: FileSet): boolean;
}

const anyTime: fc.Arbitrary<Filter> = fc
  .tuple(fc.constantFrom(...times), fc.oneof(moment, fc.constantFrom("10d", "60d")))
  .map(([[option, fits], time]) => {
    const ms = time.endsWith("d") ? nowMs - Number.parseInt(time, 10) * dayMs : Date.parse(time);
    return { words: [option, time], fits: (fileSet) => fits(fileSet, ms) };
  });

const anyName: fc.Arbitrary<Filter> = fc
  .constantFrom("One", "two, t", "Four:five", "none", "o")
  .map((part) => ({
    words: ["--name", part],
    fits: ({ name }) => name.toLowerCase().includes(part.toLowerCase()),
  }));

const anyAttribute: fc.Arbitrary<Filter> = fc.constantFrom(...attributes).map((word) => ({
  words: ["--attribute", word],
  fits: (fileSet) => fileSet.attributes.some(({ name, value }) => `${name}=${value}` === word),
}));

const anyStatus: fc.Arbitrary<Filter> = fc.constantFrom("READY", "PENDING").map((status) => ({
  words: ["--status", status],
  fits: (fileSet) => fileSet.status === status,
}));

/** Each file set has one file, whose name ends with ".csv.gz". */
const anySelection = fc.constantFrom<Filter>(
  { words: ["--kind", "init"], fits: ({ name }) => name.includes("Init") },
  { words: ["--kind", "delta"], fits: ({ name }) => name.includes("Delta") },
  { words: ["--format", "csv"], fits: ({ name }) => !name.includes("Jsonl") },
  { words: ["--format", "jsonl"], fits: ({ name }) => name.includes("Jsonl") },
  { words: ["--format", "zip"], fits: () => false },
  { words: ["--series", "feed-*"], fits: ({ name }) => name.startsWith("Feed") },
  { words: ["--include", "*.CSV.*"], fits: () => true },
  { words: ["--exclude", "*.gz"], fits: () => false },
);

const anyFilters = fc.uniqueArray(
  fc.oneof({ weight: 4, arbitrary: anyTime }, anyName, anyAttribute, anySelection),
  {
    maxLength: 4,
    // An option that is given twice counts once, but for --attribute.
    selector: ({ words: [option, value] }) => (option === "--attribute" ? value : option),
  },
);

const anyReading = fc.record({
  isSinceInclusive: fc.boolean(),
  isLinkWhole: fc.boolean(),
  pageSize: fc.integer({ min: 1, max: 4 }),
});

describe("whatever a service makes of the times that are asked for", () => {
  it("file-sets prints and sync fetches only what matches the arguments", async ({
    service,
    listed,
    missing,
  }) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fileSetFields, { maxLength: 9 }),
        anyFilters,
        fc.option(anyStatus, { nil: undefined }),
        fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
        anyReading,
        async (fields, filters, status, limit, reading) => {
          service.fileSets = fields.map((more, number) => someFileSet(number, more));
          const words = filters.flatMap((filter) => filter.words);
          const fitting = service.fileSets
            .filter((fileSet) => filters.every(({ fits }) => fits(fileSet)))
            .toSorted(newestFirst);
          const shown = fitting
            .filter((fileSet) => status?.fits(fileSet) ?? true)
            .slice(0, limit ?? fitting.length);
          const fetched = fitting.filter((fileSet) => fileSet.status === "READY");
          const more = [
            ...(status?.words ?? []),
            ...(limit === undefined ? [] : ["--limit", `${limit}`]),
          ];
          for (const windows of windowReadings) {
            service.reading = { ...reading, windows };
            expect(await listed(...words, ...more)).toEqual(shown.map(({ id }) => id));
            expect(await missing(...words)).toEqual(fetched.map(({ id }) => id));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it("--limit counts matches, also without an order", async ({ service, listed }) => {
    service.fileSets = moments.flatMap((contentTo, at) =>
      [0, 1, 2].map((turn) => someFileSet(3 * at + turn, { contentTo })),
    );
    service.reading.pageSize = 2;
    const fitting = service.fileSets.slice(-3).map(({ id }) => id);
    const words = ["--unsorted", "--content-from", "2026-07-01"];
    expect(await listed(...words, "--limit", "2")).toEqual(fitting.slice(0, 2));
    expect(await listed(...words, "--limit", "9")).toEqual(fitting);
  });
});
