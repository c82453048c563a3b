import { chmod, copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";

const zshFile = "zsh/site-functions/_cfs";

/**
 * Puts the program, its manual, its completions and its licences into `place`, below which a package
 * installs them. Linux distributions have different folders for `licensesFile` and `zshFolder`.
 */
export async function putPackageContents(
  place,
  { executable, licenses, shared, licensesFile, zshFolder },
) {
  const put = async (path, bytes) => {
    const target = join(place, "usr", path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, bytes);
  };
  await put(licensesFile, await readFile(licenses));
  const manual = await readFile(join(shared, "man/man1/cfs.1"));
  await put("share/man/man1/cfs.1.gz", gzipSync(manual, { level: 9 }));
  for (const [path, source] of [
    ["bash-completion/completions/cfs", "bash-completion/completions/cfs"],
    [`${zshFolder}/_cfs`, zshFile],
    ["fish/vendor_completions.d/cfs.fish", "fish/vendor_completions.d/cfs.fish"],
  ])
    await put(`share/${path}`, await readFile(join(shared, source)));
  await mkdir(join(place, "usr/bin"));
  await copyFile(executable, join(place, "usr/bin/cfs"));
  await chmod(join(place, "usr/bin/cfs"), 0o755);
}

/** A prerelease sorts before its release: 1.0.0~rc.1 before 1.0.0. A hyphen would separate a revision. */
export function packageVersion(version) {
  return version.replace("-", "~").replaceAll("-", ".");
}

/** The summary and the rest of the description in package.json. */
export function splitDescription({ description }) {
  return description.split(": ", 2);
}
