import { execFile } from "node:child_process";
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";

const run = promisify(execFile);
const architectures = { "linux-x64": "amd64", "linux-arm64": "arm64" };

/** What the Node in the standalone links to. */
const libraries = [
  "libatomic1 (>= 4.8)",
  "libc6 (>= 2.28)",
  "libgcc-s1 (>= 4.2) | libgcc1 (>= 1:4.2)",
  "libstdc++6 (>= 5.2)",
];

/**
 * Makes a Debian package of a standalone: the program, its manual and its completions. `shared` is the
 * folder of the manual and the completions. Returns the path of the package in `outdir`.
 */
export async function makeDebianPackage({
  executable,
  licenses,
  platform,
  shared,
  program,
  outdir,
  compression = "xz",
}) {
  const architecture = architectures[platform];
  if (architecture === undefined)
    throw new Error(`No Debian architecture is known for ${platform}.`);
  const place = await mkdtemp(join(tmpdir(), "cfs-debian-"));
  try {
    const put = async (path, bytes) => {
      await mkdir(dirname(join(place, path)), { recursive: true });
      await writeFile(join(place, path), bytes);
    };
    await put("usr/share/doc/lseg-cfs/copyright", await readFile(licenses));
    const manual = await readFile(join(shared, "man/man1/cfs.1"));
    await put("usr/share/man/man1/cfs.1.gz", gzipSync(manual, { level: 9 }));
    for (const [path, source] of [
      ["bash-completion/completions/cfs", "bash-completion/completions/cfs"],
      ["zsh/vendor-completions/_cfs", "zsh/site-functions/_cfs"],
      ["fish/vendor_completions.d/cfs.fish", "fish/vendor_completions.d/cfs.fish"],
    ])
      await put(`usr/share/${path}`, await readFile(join(shared, source)));
    await mkdir(join(place, "usr/bin"));
    await copyFile(executable, join(place, "usr/bin/cfs"));
    await chmod(join(place, "usr/bin/cfs"), 0o755);
    await put("DEBIAN/control", control(program, architecture));
    await run("chmod", ["-R", "u=rwX,go=rX", place]);
    const path = join(outdir, `lseg-cfs_${debianVersion(program.version)}_${architecture}.deb`);
    await run("dpkg-deb", ["--root-owner-group", `-Z${compression}`, "--build", place, path]);
    return path;
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

function control({ version, description }, architecture) {
  const [summary, more] = description.split(": ", 2);
  const fields = {
    Package: "lseg-cfs",
    Version: debianVersion(version),
    Architecture: architecture,
    Maintainer: "The cfs maintainers",
    Section: "net",
    Priority: "optional",
    Depends: libraries.join(", "),
    Recommends: "ca-certificates",
    Description: more === undefined ? summary : `${summary}\n ${more}`,
  };
  const lines = Object.entries(fields).map((pair) => pair.join(": "));
  return `${lines.join("\n")}\n`;
}

/** Debian sorts 1.0.0~rc.1 before 1.0.0. A hyphen would separate its own revision. */
function debianVersion(version) {
  return version.replace("-", "~").replaceAll("-", ".");
}
