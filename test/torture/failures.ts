/**
 * The codes with which a call can fail, by its kind; see test/faults/inject.mjs. A lookup of a file never
 * fails with ENOENT, nor one of a process with EPERM, because the program could not tell such a fault from
 * the truth. SHORT: fewer bytes are written.
 */
const reading = ["EIO", "EACCES", "EMFILE", "ESTALE", "EPERM"] as const;
const writing = ["ENOSPC", "EIO", "EDQUOT", "EFBIG"] as const;
const naming = ["EIO", "EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT", "EBUSY"] as const;
const syncing = ["EIO", "ENOSPC", "EDQUOT"] as const;
const making = ["EACCES", "ENOSPC", "EROFS", "EDQUOT", "EMFILE", "EIO", "EPERM", "ENOENT"] as const;
const system = ["ERR_SYSTEM_ERROR"] as const;
const starting = ["ENOENT", "EACCES", "EAGAIN", "EMFILE"] as const;
const output = ["EPIPE", "ENOSPC", "EIO"] as const;

export const failuresByKind: Readonly<Record<string, readonly string[]>> = {
  "open to read": reading,
  "open to write": making,
  "open to make": [...making, "EEXIST"],
  access: ["EACCES", "EROFS", "EIO"],
  stat: ["EIO", "EACCES", "ESTALE"],
  lstat: ["EIO", "EACCES", "ESTALE"],
  fstat: ["EIO", "ESTALE"],
  "fs.existsSync": ["EIO"],
  read: ["EIO", "ESTALE"],
  readFile: reading,
  readdir: reading,
  readlink: ["EACCES", "EIO"],
  realpath: ["EACCES", "EIO"],
  statfs: ["ENOSYS", "EIO"],
  createReadStream: reading,
  write: [...writing, "SHORT"],
  writev: [...writing, "SHORT"],
  "write all": writing,
  close: syncing,
  fsync: syncing,
  fdatasync: syncing,
  ftruncate: ["EIO", "EPERM", "EROFS"],
  chmod: ["EPERM", "EROFS", "EIO"],
  fchmod: ["EPERM", "EROFS", "EIO"],
  mkdir: ["EACCES", "ENOSPC", "EROFS", "EDQUOT", "EIO", "EEXIST", "ENOENT", "EPERM"],
  mkdtemp: ["EACCES", "ENOSPC", "EROFS", "EDQUOT", "EIO", "EEXIST"],
  rename: [...naming, "ENOENT", "EXDEV"],
  link: [...naming, "EEXIST", "EMLINK", "EOPNOTSUPP"],
  unlink: naming,
  rm: naming,
  rmdir: naming,
  createHash: ["ERR_OSSL_EVP_UNSUPPORTED"],
  randomBytes: ["ERR_CRYPTO_OPERATION_FAILED"],
  randomUUID: ["ERR_CRYPTO_OPERATION_FAILED"],
  createSecureContext: ["ERR_OSSL_PEM_NO_START_LINE"],
  "new X509Certificate": ["ERR_OSSL_PEM_NO_START_LINE"],
  unpack: ["ERR_ZLIB_INITIALIZATION_FAILED", "Z_MEM_ERROR"],
  hostname: system,
  uptime: system,
  userInfo: system,
  cwd: ["ENOENT", "EACCES"],
  kill: ["ESRCH"],
  setRawMode: ["EIO"],
  "new Worker": ["ERR_WORKER_INIT_FAILED", "MEMORY_LATER", "ENDS_LATER"],
  lookup: ["ENOTFOUND", "EAI_AGAIN", "ETIMEOUT"],
  start: starting,
  request: [
    ...["ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH"],
    ...["ENETUNREACH", "EMFILE", "EPIPE@answer", "ECONNRESET@answer", "ECONNRESET@body"],
  ],
  output,
};

/** The subject of each kind of call, which decides the exit code when its failure ends the program. */
export function codesPromised(kind: string): readonly number[] {
  if (["request", "lookup"].includes(kind)) return [5];
  // A terminal that accepts no more output counts as closed: 129, as after a hang-up.
  if (kind === "output") return [7, 129, 130];
  return isOfDisk(kind) ? [7] : [1];
}

function isOfDisk(kind: string): boolean {
  const others =
    /^(create(Hash|SecureContext)|random|new |unpack|hostname|uptime|userInfo|kill|setRawMode|lookup|start|request|output)/;
  return !others.test(kind);
}
