import fs from "node:fs";
import path from "node:path";
import { gunzipSync, inflateRawSync } from "node:zlib";
import { listZip } from "../../../source/files/zip-directory.ts";
import { fileBytes, type Sandbox, type SandboxFile } from "../../../source/sandbox/sandbox.ts";

/** The bytes of a file of the service and of its unpacked content, by path in the folder. */
export async function bytesByPath(
  file: SandboxFile,
  unpacks: boolean,
): Promise<{ bytes: Map<string, Buffer>; unpackedFolders: Map<string, string[]> }> {
  const { filename } = file;
  const body = Buffer.from(fileBytes(file));
  const bytes = new Map([[filename, body]]);
  const unpackedFolders = new Map<string, string[]>();
  if (!unpacks) return { bytes, unpackedFolders };
  if (filename.endsWith(".gz")) bytes.set(filename.slice(0, -3), gunzipSync(body));
  if (!filename.endsWith(".zip")) return { bytes, unpackedFolders };
  const folder = filename.slice(0, -4);
  const listing = await listZip(
    async (first, length) => body.subarray(first, first + length),
    body.length,
  );
  if (typeof listing === "string") throw new Error(listing);
  const { entries } = listing;
  for (const entry of entries) {
    const nameBytes = body.readUInt16LE(entry.at + 26) + body.readUInt16LE(entry.at + 28);
    const packed = body.subarray(entry.at + 30 + nameBytes).subarray(0, entry.packedBytes);
    bytes.set(path.join(folder, entry.name), entry.method === 0 ? packed : inflateRawSync(packed));
  }
  unpackedFolders.set(
    folder,
    entries.map(({ name }) => name),
  );
  return { bytes, unpackedFolders };
}

/** The files below a folder, by relative path; none if the folder does not exist. */
export function namesBelow(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => fs.lstatSync(path.join(folder, name)).isFile())
    .sort();
}

/** A file of the catalogue that can be fetched now; some file sets are published later on the day. */
export function availableFile(
  { catalogue }: Pick<Sandbox, "catalogue">,
  fits: (file: SandboxFile) => boolean = () => true,
): SandboxFile {
  const nowMs = Date.now();
  const found = [...catalogue.files.values()].find((file) => {
    const fileSet = catalogue.fileSets.get(file.filesetId);
    if (fileSet === undefined || !fits(file)) return false;
    return fileSet.availableFromMs <= nowMs && nowMs < fileSet.availableToMs;
  });
  if (found === undefined) throw new Error("The catalogue has no such file.");
  return found;
}
