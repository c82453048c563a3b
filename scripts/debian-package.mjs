import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { packageVersion, putPackageContents, splitDescription } from "./package-contents.mjs";

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
    await putPackageContents(place, {
      executable,
      licenses,
      shared,
      licensesFile: "share/doc/lseg-cfs/copyright",
      zshFolder: "zsh/vendor-completions",
    });
    await mkdir(join(place, "DEBIAN"));
    await writeFile(join(place, "DEBIAN/control"), control(program, architecture));
    await run("chmod", ["-R", "u=rwX,go=rX", place]);
    const path = join(outdir, `lseg-cfs_${packageVersion(program.version)}_${architecture}.deb`);
    await run("dpkg-deb", ["--root-owner-group", `-Z${compression}`, "--build", place, path]);
    return path;
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

function control(program, architecture) {
  const [summary, more] = splitDescription(program);
  const fields = {
    Package: "lseg-cfs",
    Version: packageVersion(program.version),
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
