import { bodyDigest, singlePartBytes } from "../body/file-bytes.ts";
import type { SandboxCatalogue } from "./catalogue.ts";

export interface DigestsAhead {
  begin(): void;
  end(): void;
}

/** Computes MD5s of large files before they are requested; does nothing without a catalogue. */
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
