import { bodyDigest } from "../body/file-bytes.ts";
import type { SandboxCatalogue } from "../catalogue/catalogue.ts";
import {
  type SandboxBucket,
  type SandboxFile,
  type SandboxFileSet,
  type SandboxPackage,
  timeText,
} from "../model/entities.ts";
import { objectPath } from "../object-store/presigned-url.ts";

/** Verified: a file set lists only its first 25 files; numFiles is the total. */
const namedFiles = 25;

const optionalTime = (ms: number | undefined) => (ms === undefined ? undefined : timeText(ms));

export function showBucket(bucket: SandboxBucket) {
  return {
    name: bucket.name,
    attributes: bucket.attributes,
    created: timeText(bucket.createdMs),
    modified: timeText(bucket.modifiedMs),
  };
}

export function showPackage(shown: SandboxPackage, withEntitlement: boolean) {
  return {
    packageId: shown.packageId,
    packageName: shown.packageName,
    created: timeText(shown.createdMs),
    modified: timeText(shown.modifiedMs),
    packageType: shown.packageType,
    bucketNames: shown.bucketNames,
    contactEmail: shown.contactEmail,
    ...(withEntitlement ? { isEntitled: shown.isEntitled } : {}),
  };
}

export function showFileSet(fileSet: SandboxFileSet, files: readonly SandboxFile[]) {
  return {
    id: fileSet.id,
    name: fileSet.name,
    bucketName: fileSet.bucketName,
    packageId: fileSet.packageId,
    attributes: fileSet.attributes,
    files: files.slice(0, namedFiles).map((file) => file.id),
    numFiles: files.length,
    contentFrom: optionalTime(fileSet.contentFromMs),
    contentTo: optionalTime(fileSet.contentToMs),
    availableFrom: timeText(fileSet.availableFromMs),
    availableTo: timeText(fileSet.availableToMs),
    status: fileSet.status,
    created: timeText(fileSet.createdMs),
    // Verified: zero seconds are left out.
    modified: timeText(fileSet.modifiedMs).replace(/:00Z$/, "Z"),
  };
}

async function listedMd5(file: SandboxFile): Promise<string | undefined> {
  if (file.listedMd5 === "missing") return undefined;
  const md5 = await bodyDigest(file, "md5");
  return file.listedMd5 === "true" ? md5 : [...md5].reverse().join("");
}

function listedSize(file: SandboxFile): number | undefined {
  if (file.listedSize === "missing") return undefined;
  return file.listedSize === "true" ? file.bytes : file.bytes + 1;
}

export async function showFile(
  file: SandboxFile,
  hosts: { host: string; objectHost: string },
  catalogue: SandboxCatalogue,
) {
  return {
    id: file.id,
    filename: file.filename,
    filesetId: file.filesetId,
    storageLocation: { url: `${hosts.objectHost}${objectPath(file, catalogue)}`, "@type": "s3" },
    created: timeText(file.createdMs),
    modified: timeText(file.modifiedMs),
    href: `${hosts.host}/file-store/v1/files/${file.id}/stream`,
    fileSizeInBytes: listedSize(file),
    md5: await listedMd5(file),
  };
}
