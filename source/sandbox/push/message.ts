import { createCipheriv, randomBytes, randomUUID } from "node:crypto";
import type { SandboxCatalogue } from "../catalogue/catalogue.ts";
import type { Effect } from "../http/faults.ts";
import type { SandboxFileSet } from "../model/entities.ts";
import type { SandboxNotification } from "../model/notification.ts";

/** What a subscriber is sent about the file set. */
export function notificationOf(
  fileSet: SandboxFileSet,
  catalogue: SandboxCatalogue,
  host: string,
  sequence: number,
  nowMs: number,
): SandboxNotification {
  const files = catalogue.filesOf(fileSet);
  const at = new Date(nowMs).toISOString();
  return {
    ecpMessageID: randomUUID(),
    distributionSeqNo: sequence,
    sourceTimestamp: at,
    distributionTimestamp: at,
    payload: {
      FileStoreNotification: {
        currentAt: at,
        fileset: {
          bucketName: fileSet.bucketName,
          packageId: fileSet.packageId,
          packageName: catalogue.packages.get(fileSet.packageId)?.packageName ?? "",
          name: fileSet.name,
          numFiles: files.length,
          status: fileSet.status,
          attributes: fileSet.attributes,
          files: {
            values: files.map(({ id, filename, bytes }) => ({
              id,
              filename,
              fileSizeInBytes: bytes,
              href: `${host}/file-store/v1/files/${id}/stream`,
            })),
          },
        },
      },
    },
  };
}

/** Base64 of 32 bytes. */
export function newKey(): string {
  return randomBytes(32).toString("base64");
}

const headerBytes = 16;

/**
 * Verified: base64 of a header, the text by AES-256-GCM and its tag. The last 12 bytes of the header are
 * the initialization vector, all of it is authenticated.
 */
export function seal(text: string, key: string, header: Buffer = randomBytes(headerBytes)): string {
  const cipher = createCipheriv("aes-256-gcm", Buffer.from(key, "base64"), header.subarray(4));
  cipher.setAAD(header);
  const sealed = [header, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()];
  return Buffer.concat(sealed).toString("base64");
}

/** Undefined if the effects leave the message as it is. */
export function changedBody(
  notification: SandboxNotification,
  key: string,
  effects: readonly Effect[],
): string | undefined {
  let changed = structuredClone(notification);
  let body: string | undefined;
  for (const effect of effects) {
    if (effect.kind !== "message") continue;
    changed = effect.edit?.(changed) ?? changed;
    body = sealedAs(effect.seal, JSON.stringify(changed), key);
  }
  return body;
}

type Seal = Extract<Effect, { kind: "message" }>["seal"];

function sealedAs(how: Seal, text: string, key: string): string {
  const body = seal(text, how === "wrong-key" ? newKey() : key);
  switch (how) {
    case "plain":
      return text;
    case "cut":
      return body.slice(0, Math.floor(body.length / 8) * 4);
    case "wrong-tag": {
      const raw = Buffer.from(body, "base64");
      raw.writeUInt8(raw.readUInt8(raw.length - 1) ^ 1, raw.length - 1);
      return raw.toString("base64");
    }
    default:
      return body;
  }
}
