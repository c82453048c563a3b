export interface DebianPackageParts {
  executable: string;
  licenses: string;
  platform: string;
  shared: string;
  program: { version: string; description: string };
  outdir: string;
  compression?: "xz" | "gzip" | "none";
}

export function makeDebianPackage(parts: DebianPackageParts): Promise<string>;
