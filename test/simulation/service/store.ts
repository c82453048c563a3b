import {
  createSandboxCatalogue,
  type SandboxCatalogue,
} from "../../../source/sandbox/catalogue/catalogue.ts";
import type { SandboxFileSet } from "../../../source/sandbox/model/entities.ts";
import type { Chance } from "../world/chance.ts";
import { contentAt, md5Of, packedContent } from "./contents.ts";

/** A file of the service and its possible contents. */
export interface StoredObject {
  id: string;
  fileSetId: string;
  name: string;
  /** The current content; the other content may replace an object without a listed md5. */
  content: Buffer;
  /** The content that a lying store sends, or that replaces the object. */
  other: Buffer;
  listsMd5: boolean;
  listsSize: boolean;
  isPacked: boolean;
}

export const bucket = "bulk-sim";

/** The packages, file sets and files of a world. */
export class Store {
  readonly catalogue: SandboxCatalogue;
  readonly packageId: string;
  readonly objects = new Map<string, StoredObject>();
  readonly #chance: Chance;

  constructor(chance: Chance, nowMs: () => number) {
    this.#chance = chance;
    this.catalogue = createSandboxCatalogue(nowMs);
    this.packageId = this.catalogue.addPackage({
      packageName: "Simulated",
      bucketNames: [bucket],
    }).packageId;
  }

  addFileSet(files: number, hasLargeFiles: boolean): SandboxFileSet {
    const number = this.catalogue.fileSets.size + 1;
    const { packageId } = this;
    const fileSet = this.catalogue.addFileSet({ name: `set-${number}`, packageId });
    for (let index = 1; index <= files; index += 1)
      this.#addFile(fileSet, `set-${number}-${index}`, hasLargeFiles);
    return fileSet;
  }

  filesOf(fileSetId: string): StoredObject[] {
    return [...this.objects.values()].filter((object) => object.fileSetId === fileSetId);
  }

  /** The contents that a final name of this file may hold. */
  rightContents({ content, other, listsMd5 }: StoredObject): Buffer[] {
    return listsMd5 ? [content] : [content, other];
  }

  /** Replaces an object for whose content no checksum is listed. */
  replaceOne(): void {
    const loose = [...this.objects.values()].filter(
      ({ isPacked, listsMd5 }) => !listsMd5 && !isPacked,
    );
    const replaced = loose[this.#chance.below(Math.max(1, loose.length))];
    if (replaced === undefined) return;
    [replaced.content, replaced.other] = [replaced.other, replaced.content];
  }

  record({ id, name, fileSetId, content, listsMd5, listsSize }: StoredObject) {
    return {
      id,
      filename: name,
      filesetId: fileSetId,
      created: "2026-01-05T07:00:00Z",
      modified: "2026-01-05T07:00:00Z",
      fileSizeInBytes: listsSize ? content.length : undefined,
      md5: listsMd5 ? md5Of(content) : undefined,
    };
  }

  #addFile(fileSet: SandboxFileSet, stem: string, hasLargeFiles: boolean): void {
    const chance = this.#chance;
    const isPacked = chance.happens(15);
    // Two file sets may have files of the same name.
    const name = `${chance.happens(10) ? "common" : stem}.csv${isPacked ? ".gz" : ""}`;
    const which = chance.below(6);
    const bytes = this.#bytes(hasLargeFiles);
    const place = chance.below(4) * 65_536;
    const content = isPacked ? packedContent(which) : contentAt(place, bytes);
    const other = isPacked ? packedContent(which + 6) : contentAt(place + 300_032, bytes);
    const { id } = this.catalogue.addFile(fileSet, { filename: name, bytes: content.length });
    const listsMd5 = chance.happens(60);
    const listsSize = !isPacked && !chance.happens(25);
    const fileSetId = fileSet.id;
    this.objects.set(id, { id, fileSetId, name, content, other, listsMd5, listsSize, isPacked });
  }

  /** Few sizes, so that most digests are cached. */
  #bytes(hasLargeFiles: boolean): number {
    const chance = this.#chance;
    if (hasLargeFiles && chance.happens(50)) return 1_200_000 + chance.below(3) * 600_001;
    return chance.pick([0, 1, 20_000, 65_536, 200_000, 262_145, 400_003, 400_003]);
  }
}
