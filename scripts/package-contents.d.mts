export interface PackageParts {
  executable: string;
  licenses: string;
  platform: string;
  /** The folder of the manual and the completions. */
  shared: string;
  program: { version: string; description: string; license: string };
  outdir: string;
}
