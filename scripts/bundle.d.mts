import type { BuildOptions, Metafile } from "esbuild";

export const bundleOptions: BuildOptions;
export function bundle(
  outdir: string,
  options?: Pick<BuildOptions, "sourcemap">,
): Promise<Metafile>;
