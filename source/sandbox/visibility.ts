import type { Catalogue } from "./catalogue.ts";
import type { SandboxFileSet, SandboxPackage } from "./entities.ts";

/** Who may see what. The sandbox has one user, whose claims are the packages' `isEntitled`. */
export interface Visibility {
  isEntitledTo(packageId: string): boolean;
  /** The packages of a bucket, whose name is given in any case. */
  packagesIn(bucketName: string): readonly SandboxPackage[];
  /** Verified: a set is there between availableFrom and availableTo only. */
  isAvailable(fileSet: SandboxFileSet): boolean;
}

export function createVisibility(catalogue: Catalogue, now: () => number): Visibility {
  return {
    isEntitledTo: (packageId) => catalogue.packages.get(packageId)?.isEntitled === true,
    packagesIn(bucketName) {
      const wanted = bucketName.toLowerCase();
      return catalogue
        .sortedPackages()
        .filter((each) => each.bucketNames.some((name) => name.toLowerCase() === wanted));
    },
    isAvailable: (fileSet) => fileSet.availableFromMs <= now() && fileSet.availableToMs > now(),
  };
}

/** Order of texts as the service sorts ids: by code units. */
export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
