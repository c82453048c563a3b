import type { PackageParts } from "./package-contents.mjs";

export interface RpmPackageParts extends PackageParts {
  compression?: "xz" | "gzip";
}

export function makeRpmPackage(parts: RpmPackageParts): Promise<string>;
