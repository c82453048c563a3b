import { AppError } from "../base/errors.ts";
import { localFileName, numberedFileName } from "../domain/file-name.ts";
import type { TransferRequest, VerifiedBy } from "../transfer/engine.ts";
import type { ObjectStore } from "./object-store.ts";
import { sameObject } from "./same-object.ts";

/** The name of a file in the store. */
interface StoreName {
  name: string;
  /** False if no object has the name. */
  replaces: boolean;
  /** Set if the file is stored under it already. */
  present?: { bytes: number; verifiedBy: VerifiedBy };
}

/** Chooses names by the rules of a folder: two different files of one name both survive. */
export class StoreNames {
  readonly #store: ObjectStore;
  /** File id by name, of all files of this run. */
  readonly #owners = new Map<string, string>();
  /** Serializes the files that want the same name. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  /**
   * Reserves the first free name of "name", "name (2)", …, or the only one that the request allows. Rejects with
   * an AppError of kind disk if another file has it.
   */
  settle(request: TransferRequest, signal: AbortSignal): Promise<StoreName> {
    const { onto } = request;
    if (onto !== undefined) return Promise.resolve({ name: onto, replaces: true });
    const wanted = localFileName(request.file.name);
    const turn = (this.#turns.get(wanted) ?? Promise.resolve())
      .catch(() => undefined)
      .then(() => this.#settle(request, wanted, signal))
      .finally(() => {
        if (this.#turns.get(wanted) === turn) this.#turns.delete(wanted);
      });
    this.#turns.set(wanted, turn);
    return turn;
  }

  async #settle(
    { file, keepsName = false, overwrite = false }: TransferRequest,
    wanted: string,
    signal: AbortSignal,
  ): Promise<StoreName> {
    for (let number = 1; number === 1 || !keepsName; number += 1) {
      const name = number === 1 ? wanted : numberedFileName(wanted, number);
      const owner = this.#owners.get(name) ?? file.fileId;
      if (owner !== file.fileId) continue;
      this.#owners.set(name, file.fileId);
      // A decided name is overwritten only by another file, so that the same call can run again.
      if (overwrite && !keepsName) return { name, replaces: true };
      const object = await this.#store.head(name, signal);
      if (object === undefined) return { name, replaces: false };
      const verifiedBy = sameObject(file, object);
      if (verifiedBy !== undefined)
        return { name, replaces: false, present: { bytes: object.bytes, verifiedBy } };
      if (overwrite) return { name, replaces: true };
      this.#owners.delete(name);
    }
    throw takenError(this.#store.textOf(wanted));
  }
}

function takenError(address: string): AppError {
  return new AppError({
    kind: "disk",
    tried: `Uploading ${address}`,
    answered: "another object has this name",
    advice: "Move it away, or use --overwrite.",
  });
}
