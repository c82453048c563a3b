import { readableSeconds } from "./readable.ts";

interface Trouble {
  retry?: { attempt: number; inSeconds: number; error: { brief: string } } | undefined;
  silentSeconds?: number | undefined;
}

/** "retrying in 8s (3): connection refused" or "stalled 12s"; undefined while bytes arrive. */
export function troubleText({ retry, silentSeconds }: Trouble): string | undefined {
  if (retry !== undefined) {
    const when = retry.inSeconds > 0 ? ` in ${readableSeconds(retry.inSeconds)}` : "";
    return `retrying${when} (${retry.attempt}): ${retry.error.brief}`;
  }
  return silentSeconds === undefined ? undefined : `stalled ${readableSeconds(silentSeconds)}`;
}
