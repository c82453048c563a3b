import path from "node:path";
import type { Store, StoredObject } from "../service/store.ts";
import type { FileTree } from "./file-tree.ts";

/** Suffixes of the files beside a final name during a download. */
const unfinished = /\.part(\.|$)/;

/** Checks the download folder: a final name always holds a right file. */
export class FinalNames {
  readonly #folder: string;
  readonly #files: FileTree;
  readonly #store: Store;
  /** Ids of files that processes reported as saved. */
  readonly #promised = new Set<string>();

  constructor(folder: string, files: FileTree, store: Store) {
    this.#folder = folder;
    this.#files = files;
    this.#store = store;
  }

  promise(objects: Iterable<StoredObject>): void {
    for (const { id } of objects) this.#promised.add(id);
  }

  /** The problem with the file at `file`; undefined if it is right or has no final name. */
  problemAt(file: string): string | undefined {
    if (!this.#isFinal(file)) return undefined;
    const content = this.#files.contentOf(file);
    if (content === undefined) return undefined;
    const candidates = this.#objectsNamed(path.basename(file));
    if (candidates.length === 0) return `${file} is a name that the service does not have`;
    const isRight = candidates.some((object) => this.#isContentOf(object, content));
    return isRight ? undefined : `${file} has ${content.length} bytes that are not the service's`;
  }

  /** The same for all files, and whether each promised file exists. */
  problem(): string | undefined {
    const standing: Buffer[] = [];
    for (const file of this.#files.filesBelow(this.#folder)) {
      const problem = this.problemAt(file);
      if (problem !== undefined) return problem;
      const content = this.#isFinal(file) ? this.#files.contentOf(file) : undefined;
      if (content !== undefined) standing.push(content);
    }
    for (const id of this.#promised) {
      const object = this.#store.objects.get(id);
      if (object === undefined) continue;
      if (!standing.some((content) => this.#isContentOf(object, content)))
        return `${object.name} was saved and is gone`;
    }
    return undefined;
  }

  /** Files of unfinished work, except beside files that may be replaced: their new content has another name. */
  leftovers(): string[] {
    const left = [...this.#files.filesBelow(this.#folder)].filter((file) => unfinished.test(file));
    return left.filter((file) => {
      const name = path.basename(file).replace(/\.part(\..*)?$/, "");
      return this.#objectsNamed(name).every(({ listsMd5 }) => listsMd5);
    });
  }

  #isFinal(file: string): boolean {
    return path.dirname(file) === this.#folder && !unfinished.test(path.basename(file));
  }

  #isContentOf(object: StoredObject, content: Buffer): boolean {
    return this.#store.rightContents(object).some((right) => right.equals(content));
  }

  #objectsNamed(name: string): StoredObject[] {
    const plain = name.replace(/ \(\d+\)(?=\.)/, "");
    return [...this.#store.objects.values()].filter((object) => object.name === plain);
  }
}
