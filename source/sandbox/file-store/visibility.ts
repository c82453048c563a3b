import type { SandboxCatalogue } from "../catalogue/catalogue.ts";
import type { Assumptions } from "../model/assumptions.ts";
import type { SandboxFile, SandboxFileSet, SandboxPackage } from "../model/entities.ts";

/** What the file store needs to know. */
export interface FileStoreParts {
  catalogue: SandboxCatalogue;
  assumptions: Assumptions;
  now: () => number;
  /** Origin of the API, and of the object store. */
  hosts(): { host: string; objectHost: string };
  /** A presigned address of the file's object. */
  presign(file: SandboxFile, urlSeconds: number | undefined): string;
}

/** Who may see what. The sandbox has one user, whose claims are the packages' `isEntitled`. */
export interface Visibility {
  isEntitledTo(packageId: string): boolean;
  /** The packages of a bucket, whose name is given in any case. */
  packagesIn(bucketName: string): readonly SandboxPackage[];
  /** Verified: a set is there between availableFrom and availableTo only. */
  isAvailable(fileSet: SandboxFileSet): boolean;
}

/** The same with what is worked out from it. */
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

/** Order of texts as the service sorts ids: by code units. */
export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
