import path from "node:path";
import type { Store, StoredObject } from "../service/store.ts";
import type { FileTree } from "./file-tree.ts";

/** What stands beside a final name while work is under way. */
const unfinished = /\.part(\.|$)/;

/** Watches the folder of the downloads: under a final name stands nothing but a right file. */
export class FinalNames {
  readonly #folder: string;
  readonly #files: FileTree;
  readonly #store: Store;
  /** Ids of files that a process reported as saved. */
  readonly #promised = new Set<string>();

  constructor(folder: string, files: FileTree, store: Store) {
    this.#folder = folder;
    this.#files = files;
    this.#store = store;
  }

  promise(objects: Iterable<StoredObject>): void {
    for (const { id } of objects) this.#promised.add(id);
  }

  /** What is wrong with the file at `file`; undefined if it is right, or has no final name. */
  problemAt(file: string): string | undefined {
    if (!this.#isFinal(file)) return undefined;
    const content = this.#files.contentOf(file);
    if (content === undefined) return undefined;
    const candidates = this.#objectsNamed(path.basename(file));
    if (candidates.length === 0) return `${file} is a name that the service does not have`;
    const isRight = candidates.some((object) => this.#isContentOf(object, content));
    return isRight ? undefined : `${file} has ${content.length} bytes that are not the service's`;
  }

  /** The same of all files, and whether each that was promised is there. */
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

  /** Files of unfinished work, but beside what may be replaced: its new content has another name. */
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
