import { type Random, randomFrom } from "../../source/sandbox/model/random.ts";
import { type NewFile, namedFaults, type Sandbox } from "../../source/sandbox/sandbox.ts";
import { modify, scenarios, syncWords } from "./scenarios.ts";
import { type Scenario, scenario } from "./stage.ts";

const kilobyte = 1024;
const randomName = /^random (\d+)$/;

/** The scenario with that name: one of the list or a random one. */
export function scenarioNamed(name: string): Scenario | undefined {
  const seed = randomName.exec(name)?.[1];
  return seed === undefined
    ? scenarios.find((known) => known.name === name)
    : randomScenario(Number(seed));
}

/** Fetches some files in various ways, while the service and the object store fail now and then. */
export function randomScenario(seed: number): Scenario {
  const random = randomFrom(seed);
  const large = { filename: "large.csv.gz", bytes: (600 + random.below(900)) * kilobyte };
  const way = random.pick(["get", "unpack", "sync", "kill", "restart"]);
  const killedAt = (100 + random.below(400)) * kilobyte;
  const unpacks = way === "unpack";
  const isSlow = way === "kill" || way === "restart";
  // A rename that a kill interrupts is not recorded, so no file may get its name at that moment.
  const others = isSlow ? 0 : 1 + random.below(5);
  const files = Array.from({ length: others }, (_, part) => randomFile(random, part));
  return scenario(`random ${seed}`, {
    // If the size is the same, only an md5 shows that a file has changed.
    files: [...files, { ...large, listedMd5: way === "sync" ? "true" : "missing" }],
    unpacks,
    ...(isSlow ? { bytesPerSecond: 700 * kilobyte } : {}),
    environment: { CFS_CONNECTIONS: String(1 + random.below(3)) },
    async record({ change, folder, get, kill, restart, run, sandbox }) {
      addFaults(sandbox, random);
      if (isSlow) await kill(get, large.filename, killedAt);
      if (way === "restart") restart();
      const words = way === "sync" ? syncWords(folder) : unpacks ? [...get, "--unpack"] : get;
      await run(words);
      if (way !== "sync") return;
      change(large.filename);
      for (const fileSet of sandbox.catalogue.fileSets.values()) modify(fileSet);
      await run(words);
    },
    again: ({ folder, get }) =>
      way === "sync" ? syncWords(folder) : unpacks ? [...get, "--unpack"] : get,
  });
}

function randomFile(random: Random, part: number): NewFile {
  const ending = random.pick(["csv.gz", "jsonl.gz", "csv", "zip"]);
  const most = random.pick([5, 60, 300]) * kilobyte;
  return {
    filename: `part-${part}.${ending}`,
    bytes: 2_000 + random.below(most),
    listedMd5: ending === "csv" ? "true" : random.pick(["true", "missing"]),
  };
}

/** Few enough of each that every file arrives, and none that sends wrong bytes. */
function addFaults({ faults }: Sandbox, random: Random): void {
  const times = () => random.below(3);
  const bytes = () => random.below(200_000);
  faults.add({ on: "objects", times: times(), effect: { kind: "cutAfter", bytes: bytes() } });
  faults.add({
    on: "objects",
    times: times(),
    effect: { kind: "cutAfter", bytes: bytes(), reset: true },
  });
  faults.add({ on: "objects", times: times(), effect: { kind: "hangUp" } });
  faults.add({ on: "objects", times: times(), effect: namedFaults.slowDown() });
  faults.add({ on: "objects", times: times(), effect: { kind: "ignoreRange" } });
  faults.add({ on: "files", times: times(), effect: namedFaults.serviceError(503) });
  faults.add({ on: "token", times: times(), effect: { kind: "loseAnswer" } });
}
