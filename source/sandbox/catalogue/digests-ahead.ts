import { bodyDigest, singlePartBytes } from "../body/file-bytes.ts";
import type { SandboxCatalogue } from "./catalogue.ts";

/** Work that is begun once, goes on between requests and can be ended. */
export interface DigestsAhead {
  begin(): void;
  end(): void;
}

/**
 * Works out the MD5s of large files that list one, before their listing is asked for: half a gigabyte
 * takes a second or two. Without a catalogue it does nothing.
 */
export function createDigestsAhead(catalogue: SandboxCatalogue | undefined): DigestsAhead {
  let state: "new" | "begun" | "over" = catalogue ? "new" : "over";
  async function run(): Promise<void> {
    for (const file of catalogue?.files.values() ?? []) {
      if (state === "over") return;
      if (file.bytes <= singlePartBytes || file.listedMd5 === "missing") continue;
      await bodyDigest(file, "md5");
    }
  }
  return {
    begin() {
      if (state !== "new") return;
      state = "begun";
      void run();
    },
    end() {
      state = "over";
    },
  };
}
