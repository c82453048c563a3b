import { join } from "node:path";
import type { Selection } from "../../domain/selection.ts";
import { stateBySize } from "../../sync/folder-state.ts";
import { filesIn, type Manifest } from "../../sync/manifest.ts";
import { type AnnouncedFileSet, isNamedBy } from "../../watch/watched-folder.ts";

/** Which file sets are complete in a folder, by its manifest and the sizes of its files. */
export interface FolderView {
  isHere(fileSetId: string): boolean;
  /** True if the announced files that are selected belong to a file set that is here. */
  hasFilesOf(announced: AnnouncedFileSet): boolean;
}

export function createFolderView(
  manifest: Manifest,
  directory: string,
  selection: Selection,
): FolderView {
  const isHere = (fileSetId: string) => {
    const known = manifest.fileSets.get(fileSetId);
    if (!known?.complete && !known?.parts?.includes(selection.key)) return false;
    return [...filesIn(manifest, fileSetId).values()].every(
      ({ name, bytes }) => stateBySize(join(directory, name), bytes) === "there",
    );
  };
  return {
    isHere,
    hasFilesOf(announced) {
      const isThis = isNamedBy(announced);
      return [...manifest.fileSets.values()].some((fileSet) => {
        if (!isThis(fileSet) || !isHere(fileSet.id)) return false;
        const records = filesIn(manifest, fileSet.id);
        const selected = announced.files.filter((file) => selection.file(file, fileSet));
        return selected.every(({ id }) => records.has(id));
      });
    },
  };
}
