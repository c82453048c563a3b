import { join } from "node:path";
import type { Selection } from "../../domain/selection.ts";
import { isFileSetComplete, stateBySize } from "../../sync/folder-state.ts";
import { type FileRecord, filesIn, type Manifest } from "../../sync/manifest.ts";
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
  const exists = ({ name, bytes }: FileRecord) =>
    stateBySize(join(directory, name), bytes) === "present";
  const isHere = (fileSetId: string) =>
    isFileSetComplete(fileSetId, manifest, selection.key, exists);
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
