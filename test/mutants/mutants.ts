import { byteMutants } from "./bytes.ts";
import { durabilityMutants } from "./durability.ts";
import { folderMutants } from "./folders.ts";
import { lockMutants } from "./locks.ts";
import type { Mutant } from "./mutant.ts";
import { notificationMutants } from "./notifications.ts";
import { objectStoreMutants } from "./object-stores.ts";
import { sessionMutants } from "./sessions.ts";

export const mutants: readonly Mutant[] = [
  ...durabilityMutants,
  ...lockMutants,
  ...byteMutants,
  ...folderMutants,
  ...sessionMutants,
  ...notificationMutants,
  ...objectStoreMutants,
];
