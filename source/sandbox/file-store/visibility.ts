import type { SandboxCatalogue } from "../catalogue/catalogue.ts";
import type { Assumptions } from "../model/assumptions.ts";
import type { SandboxFile, SandboxFileSet, SandboxPackage } from "../model/entities.ts";

export interface FileStoreParts {
  catalogue: SandboxCatalogue;
  assumptions: Assumptions;
  now: () => number;
  hosts(): { host: string; objectHost: string };
  presign(file: SandboxFile, urlSeconds: number | undefined): string;
}

/** The sandbox has one user, whose claims are the packages' `isEntitled`. */
export interface Visibility {
  isEntitledTo(packageId: string): boolean;
  /** Ignores the case of the bucket's name. */
  packagesIn(bucketName: string): readonly SandboxPackage[];
  /** Verified: a set exists only from availableFrom to availableTo. */
  isAvailable(fileSet: SandboxFileSet): boolean;
}

export interface ListParts extends FileStoreParts {
  visibility: Visibility;
}

export function createVisibility(catalogue: SandboxCatalogue, now: () => number): Visibility {
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

/** Orders by code units, as the service sorts ids. */
export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
