import { addAbortSignal, Readable } from "node:stream";
import { Secret } from "../../../source/base/secret.ts";
import { networkError } from "../../../source/network/failure.ts";
import type { ObjectRequest, ObjectSource } from "../../../source/objects/source.ts";

const bytes = 1_000;

/** An object store that refuses connections, sends nothing or sends everything, as the test says. */
export class UnsteadyStore implements ObjectSource {
  state: "dead" | "silent" | "alive" = "dead";

  async locate(fileId: string): Promise<Secret> {
    return new Secret(`https://store.example/${fileId}`);
  }

  async open({ signal }: ObjectRequest) {
    signal.throwIfAborted();
    if (this.state === "dead") {
      const refused = Object.assign(new Error("no"), { code: "ECONNREFUSED" });
      throw networkError("Fetching from the object store", refused, "store.example");
    }
    const stream = addAbortSignal(signal, new Readable({ read: () => undefined }));
    if (this.state === "alive") {
      stream.push(Buffer.alloc(bytes));
      stream.push(null);
    }
    return { status: 200, first: 0, objectBytes: bytes, stream, release: () => undefined };
  }
}
