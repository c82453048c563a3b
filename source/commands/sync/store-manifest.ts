import { readJson } from "../../base/json.ts";
import type { ObjectStore } from "../../s3/object-store.ts";
import {
  applyFact,
  emptyManifest,
  type Fact,
  type Followed,
  keepFollowed,
  type Manifest,
  manifestFrom,
  manifestShape,
  manifestText,
} from "../../sync/manifest.ts";
import type { ManifestFile } from "../../sync/manifest-file.ts";

const manifestName = ".cfs-sync/manifest.json";

/** The manifest in an object store. It has no lock: each writer adds its own changes to what exists. */
export interface StoreManifest extends Omit<ManifestFile, "save"> {
  /** True while something is recorded that is not saved. */
  isChanged(): boolean;
  /** Rejects with an AppError, or with an AbortError. */
  save(signal: AbortSignal): Promise<void>;
}

export async function openStoreManifest(
  store: ObjectStore,
  signal: AbortSignal,
): Promise<StoreManifest> {
  const found = (await store.readText(manifestName, signal))?.text;
  const manifest = manifestOf(found) ?? emptyManifest();
  const isDamaged = found !== undefined && manifestOf(found) === undefined;
  const damage = isDamaged ? "its manifest is damaged" : undefined;
  /** Facts of this run. A fact that is applied again changes nothing. */
  const facts: Fact[] = [];
  let followedBefore = textsOf(manifest.followed);
  let savedFacts = 0;

  const changedFollowed = () =>
    manifest.followed.filter((followed) => !followedBefore.has(JSON.stringify(followed)));

  return {
    manifest,
    damage,
    record(fact) {
      applyFact(manifest, fact);
      facts.push(fact);
    },
    isChanged: () => facts.length > savedFacts || changedFollowed().length > 0,
    async save(saving) {
      const [count, followed] = [facts.length, changedFollowed()];
      if (count === savedFacts && followed.length === 0) return;
      const change = (text: string) => {
        const current = manifestOf(text) ?? emptyManifest();
        for (const fact of facts) applyFact(current, fact);
        for (const query of followed) keepFollowed(current, query);
        return manifestText(current);
      };
      await store.changeText(manifestName, change, saving);
      savedFacts = count;
      followedBefore = textsOf(manifest.followed);
    },
    close: () => undefined,
  };
}

function manifestOf(text: string | undefined): Manifest | undefined {
  const kept = readJson(manifestShape, text ?? "");
  return kept === undefined ? undefined : manifestFrom(kept);
}

function textsOf(followed: readonly Followed[]): ReadonlySet<string> {
  return new Set(followed.map((query) => JSON.stringify(query)));
}
