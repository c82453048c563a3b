import type { PackageParts } from "./package-contents.mjs";

export interface DebianPackageParts extends PackageParts {
  compression?: "xz" | "gzip" | "none";
}

export function makeDebianPackage(parts: DebianPackageParts): Promise<string>;
