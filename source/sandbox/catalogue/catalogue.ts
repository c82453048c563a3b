import { singlePartBytes } from "../body/file-bytes.ts";
import {
  entityId,
  type SandboxBucket,
  type SandboxFile,
  type SandboxFileSet,
  type SandboxPackage,
} from "../model/entities.ts";
import { seedOf } from "../model/random.ts";

type Fields<Entity, Required extends keyof Entity> = Pick<Entity, Required> & Partial<Entity>;

type NewBucket = Fields<SandboxBucket, "name">;
type NewPackage = Fields<SandboxPackage, "packageName" | "bucketNames">;
export type NewFile = Fields<SandboxFile, "filename" | "bytes">;
export type NewFileSet = Fields<SandboxFileSet, "name" | "packageId"> & {
  files?: readonly NewFile[];
};

/** Entities can be added and changed in place while the sandbox runs. */
export interface SandboxCatalogue {
  readonly buckets: ReadonlyMap<string, SandboxBucket>;
  readonly packages: ReadonlyMap<string, SandboxPackage>;
  readonly fileSets: ReadonlyMap<string, SandboxFileSet>;
  readonly files: ReadonlyMap<string, SandboxFile>;
  /** Like the other three, fills missing fields with plausible values. */
  addBucket(bucket: NewBucket): SandboxBucket;
  /** Adds its buckets if they are new. */
  addPackage(created: NewPackage): SandboxPackage;
  /** By default READY, visible and in the package's first bucket. */
  addFileSet(created: NewFileSet): SandboxFileSet;
  /** By default the md5 is listed up to 16 MiB. */
  addFile(fileSet: SandboxFileSet, created: NewFile): SandboxFile;
  /** By id, as the service lists them. */
  filesOf(fileSet: SandboxFileSet): readonly SandboxFile[];
  bucketNamed(name: string): SandboxBucket | undefined;
  /** By name. */
  sortedBuckets(): readonly SandboxBucket[];
  /** By id. */
  sortedPackages(): readonly SandboxPackage[];
  sortedFileSets(): readonly SandboxFileSet[];
}

/** Adds packages with deliveries up to `nowMs`. */
export type CataloguePart = (
  catalogue: SandboxCatalogue,
  nowMs: number,
  historyWeeks: number,
) => void;

const dayMs = 24 * 60 * 60 * 1000;

/** Entities by id, with a sorted list that is cached until the next change. */
interface Shelf<Entity> {
  byId: ReadonlyMap<string, Entity>;
  put(id: string, entity: Entity): void;
  sorted(): readonly Entity[];
}

function createShelf<Entity>(): Shelf<Entity> {
  const byId = new Map<string, Entity>();
  let sorted: Entity[] | undefined;
  return {
    byId,
    put(id, entity) {
      byId.set(id, entity);
      sorted = undefined;
    },
    sorted() {
      sorted ??= [...byId.entries()]
        .sort(([left], [right]) => (left < right ? -1 : 1))
        .map(([, entity]) => entity);
      return sorted;
    },
  };
}

/** An empty catalogue; `now` dates new entities, in milliseconds since 1970. */
export function createSandboxCatalogue(now: () => number): SandboxCatalogue {
  const buckets = createShelf<SandboxBucket>();
  const packages = createShelf<SandboxPackage>();
  const fileSets = createShelf<SandboxFileSet>();
  const files = new Map<string, SandboxFile>();
  const filesBySet = new Map<string, Shelf<SandboxFile>>();

  const times = () => ({ createdMs: now() - 1000, modifiedMs: now() });

  /** Entities of the same name get different ids. */
  function freeId(name: string, taken: ReadonlyMap<string, unknown>): string {
    let id = entityId(name);
    for (let copy = 2; taken.has(id); copy++) id = entityId(`${name} ${copy}`);
    return id;
  }

  const catalogue: SandboxCatalogue = {
    buckets: buckets.byId,
    packages: packages.byId,
    fileSets: fileSets.byId,
    files,
    addBucket(created) {
      const bucket = { attributes: [], ...times(), ...created };
      buckets.put(bucket.name, bucket);
      return bucket;
    },
    addPackage(created) {
      const added: SandboxPackage = {
        packageId: freeId(created.packageName, packages.byId),
        packageType: "bulk",
        contactEmail: "datafeed-support@example.com",
        isEntitled: true,
        ...times(),
        ...created,
      };
      for (const name of added.bucketNames) {
        if (!catalogue.bucketNamed(name)) catalogue.addBucket({ name });
      }
      packages.put(added.packageId, added);
      return added;
    },
    addFileSet({ files: contained = [], ...created }) {
      const owner = packages.byId.get(created.packageId);
      const bucketName = created.bucketName ?? owner?.bucketNames[0];
      if (bucketName === undefined) throw new Error(`No package ${created.packageId} to add to.`);
      const fileSet: SandboxFileSet = {
        id: freeId(`${created.packageId} ${created.name}`, fileSets.byId),
        bucketName,
        attributes: [],
        status: "READY",
        availableFromMs: now() - dayMs,
        availableToMs: now() + 14 * dayMs,
        ...times(),
        ...created,
      };
      fileSets.put(fileSet.id, fileSet);
      for (const file of contained) catalogue.addFile(fileSet, file);
      return fileSet;
    },
    addFile(fileSet, created) {
      const id = freeId(`${fileSet.id} ${created.filename}`, files);
      const file: SandboxFile = {
        id,
        filesetId: fileSet.id,
        kind: "esg",
        seed: seedOf(id),
        version: 1,
        listedSize: "true",
        listedMd5: created.bytes <= singlePartBytes ? "true" : "missing",
        createdMs: fileSet.createdMs,
        modifiedMs: fileSet.modifiedMs,
        ...created,
      };
      files.set(file.id, file);
      const siblings = filesBySet.get(fileSet.id) ?? createShelf<SandboxFile>();
      siblings.put(file.id, file);
      filesBySet.set(fileSet.id, siblings);
      return file;
    },
    filesOf: (fileSet) => filesBySet.get(fileSet.id)?.sorted() ?? [],
    bucketNamed(name) {
      const wanted = name.toLowerCase();
      return [...buckets.byId.values()].find((bucket) => bucket.name.toLowerCase() === wanted);
    },
    sortedBuckets: buckets.sorted,
    sortedPackages: packages.sorted,
    sortedFileSets: fileSets.sorted,
  };
  return catalogue;
}
