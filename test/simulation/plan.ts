import type { Action } from "./realm/realm.ts";
import type { Chance } from "./world/chance.ts";

const worldKinds = ["session", "download", "sync", "writers", "queue"] as const;

type WorldKind = (typeof worldKinds)[number];

export const dataFolder = "/data/out";

/** One user of the machine, who repeats an action until it has succeeded `goal` times. */
export interface Actor {
  name: string;
  purpose: Exclude<Action["kind"], "login">;
  goal: number;
}

/** The properties of a world, decided by its seed. */
export interface Plan {
  kind: WorldKind;
  actors: readonly Actor[];
  fileSets: number;
  hasLargeFiles: boolean;
  losesPower: boolean;
  setsClock: boolean;
  /** The percentage of processes that are killed. */
  kills: number;
  /** Commands have the password; without it the user signs in again after the service refuses a session. */
  hasPassword: boolean;
  /** CFS_STALL_TIMEOUT: seconds without a byte after which a request is cancelled. */
  patience: string;
  faultsEndMs: number;
}

export function planFor(seed: number, chance: Chance): Plan {
  const kind = worldKinds[seed % worldKinds.length] ?? "session";
  return {
    kind,
    actors: actorsOf(kind, chance),
    fileSets: kind === "session" ? 1 : 1 + chance.below(3),
    hasLargeFiles: kind !== "session" && chance.happens(16),
    losesPower: chance.happens(35),
    setsClock: chance.happens(15),
    kills: chance.pick([0, 15, 40]),
    hasPassword: chance.happens(60),
    patience: chance.pick(["2", "5", "30"]),
    faultsEndMs: 60_000 * (2 + chance.below(15)),
  };
}

function actorsOf(kind: WorldKind, chance: Chance): Actor[] {
  const several = (purpose: Actor["purpose"], count: number, goal: number) =>
    Array.from({ length: count }, (_, index) => ({
      name: `${purpose}-${index + 1}`,
      purpose,
      goal,
    }));
  switch (kind) {
    case "session":
      return [
        ...several("renewals", 1 + chance.below(2), 1),
        ...several("status", 1 + chance.below(2), 2),
        ...several("logout", chance.happens(20) ? 1 : 0, 1),
      ];
    case "download":
      return several("get", 1, 1 + chance.below(2));
    case "sync":
      return several("sync", 1 + chance.below(2), 2);
    case "writers":
      return [...several("get", 2 + chance.below(2), 1), ...several("sync", chance.below(2), 1)];
    case "queue":
      return several("queue", 1 + chance.below(2), 1);
  }
}
