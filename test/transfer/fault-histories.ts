import fc from "fast-check";
import type { RoutedRequest } from "../../source/sandbox/http/faults.ts";
import {
  type Effect,
  type NewFile,
  namedFaults,
  type Sandbox,
  type SandboxFile,
} from "../../source/sandbox/sandbox.ts";

/** `share`: how much of the asked bytes comes before, from 0 to 1. */
export type HistoryFault =
  | { kind: "cut" | "reset" | "stall" | "changed" | "killed"; share: number }
  | { kind: "forbidden" | "busy" | "expired" };

/** A file, a link, and all that goes wrong with them, one after the other. */
export interface History {
  file: NewFile;
  connections: number;
  /** The bytes of all connections together. */
  bytesPerSecond: number;
  faults: HistoryFault[];
}

const share = fc.noBias(fc.integer({ min: 0, max: 95 })).map((percent) => percent / 100);
const sharing = (...kinds: Extract<HistoryFault, { share: number }>["kind"][]) =>
  fc.record({ kind: fc.constantFrom(...kinds), share });

const historyFault: fc.Arbitrary<HistoryFault> = fc.oneof(
  { weight: 16, arbitrary: sharing("cut", "reset", "stall") },
  {
    weight: 10,
    arbitrary: fc.record({ kind: fc.constantFrom("forbidden", "busy", "expired") }),
  },
  { weight: 2, arbitrary: sharing("changed") },
  { weight: 3, arbitrary: sharing("killed") },
);

const megabyte = 1024 * 1024;

const file = fc.record({
  filename: fc.constantFrom("a.csv.gz", "a.jsonl.gz", "a.zip", "a.csv"),
  bytes: fc.oneof(
    { weight: 1, arbitrary: fc.noBias(fc.integer({ min: 4_096, max: 600_000 })) },
    { weight: 3, arbitrary: fc.noBias(fc.integer({ min: 2 * megabyte, max: 8 * megabyte })) },
  ),
  listedMd5: fc.constantFrom("true" as const, "missing" as const),
  listedSize: fc.constantFrom("true" as const, "missing" as const),
});

/** Histories with so many faults each. */
export function histories(faults: number): fc.Arbitrary<History> {
  return fc.record({
    file,
    connections: fc.noBias(fc.integer({ min: 1, max: 16 })),
    bytesPerSecond: fc.noBias(fc.integer({ min: 2 * megabyte, max: 8 * megabyte })),
    faults: fc.array(historyFault, { minLength: faults, maxLength: faults }),
  });
}

/**
 * Lets each request for the object meet the next fault; returns those that are still to come.
 * Where one is to be killed, the answer stalls; `killAfter` tells how many more bytes come before.
 */
export function addFaults(
  sandbox: Sandbox,
  object: SandboxFile,
  faults: readonly HistoryFault[],
  killAfter: (bytes: number) => void,
): readonly HistoryFault[] {
  const left = [...faults];
  const met = new WeakMap<object, HistoryFault | undefined>();
  const meet = (request: RoutedRequest) => {
    if (!met.has(request)) met.set(request, left.shift());
    return met.get(request);
  };
  for (const one of faults) {
    for (const effect of effectsOf(one, sandbox, object)) {
      sandbox.faults.add({
        on: "objects",
        when(request) {
          if (meet(request) !== one) return false;
          if (!("share" in one)) return true;
          const bytes = Math.floor(one.share * askedBytes(request, object));
          if (effect.kind === "cutAfter") effect.bytes = bytes;
          if (effect.kind === "stall") effect.afterBytes = bytes;
          if (one.kind === "killed") killAfter(bytes);
          return true;
        },
        effect,
      });
    }
  }
  return left;
}

function effectsOf({ kind }: HistoryFault, sandbox: Sandbox, object: SandboxFile): Effect[] {
  const cut = (reset: boolean): Effect => ({ kind: "cutAfter", bytes: 0, reset });
  const change = () => {
    object.version += 1;
  };
  switch (kind) {
    case "cut":
      return [cut(false)];
    case "reset":
      return [cut(true)];
    case "stall":
    case "killed":
      return [{ kind: "stall", afterBytes: 0 }];
    case "forbidden":
      return [namedFaults.signatureMismatch()];
    case "busy":
      return [namedFaults.slowDown()];
    case "expired":
      return [{ kind: "meanwhile", run: sandbox.expireUrls }];
    case "changed":
      return [{ kind: "meanwhile", run: change }, cut(false)];
  }
}

function askedBytes({ headers }: RoutedRequest, { bytes }: SandboxFile): number {
  const told = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? "");
  if (told === null) return bytes;
  const last = told[2] === "" ? bytes - 1 : Number(told[2]);
  return last + 1 - Number(told[1]);
}
