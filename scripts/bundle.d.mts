import type { BuildOptions, Metafile } from "esbuild";

export const bundleOptions: BuildOptions;
export function bundle(outdir: string): Promise<Metafile>;
