import type { Package } from "../../domain/entities.ts";
import type { State } from "../state/state.ts";
import type { WatchPhase } from "../state/watch.ts";
import { currentPlace, currentRow } from "./table.ts";

interface WatchTarget {
  bucket: string;
  package: Package;
}

/** The package under the cursor, or that of the file sets on the screen. */
export function watchTarget(state: State): WatchTarget | undefined {
  const place = currentPlace(state);
  if (place.kind === "file-sets") return { bucket: place.bucket, package: place.package };
  const row = currentRow(state);
  if (place.kind !== "packages" || row?.kind !== "package") return undefined;
  return { bucket: place.bucket, package: row.item };
}

/** How the target is watched; undefined if it is not. */
export function watchHere(state: State): WatchPhase | undefined {
  const target = watchTarget(state);
  return target && state.watches[target.package.packageId];
}
