import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { packageVersion, putPackageContents, splitDescription } from "./package-contents.mjs";

const run = promisify(execFile);
const architectures = { "linux-x64": "x86_64", "linux-arm64": "aarch64" };
const payloads = { xz: "w6.xzdio", gzip: "w1.gzdio" };

/** What the Node in the standalone links to, in names that Fedora, RHEL and SUSE share. */
const libraries = [
  "libatomic.so.1()(64bit)",
  "libc.so.6(GLIBC_2.28)(64bit)",
  "libgcc_s.so.1(GCC_4.2.0)(64bit)",
  "libstdc++.so.6(GLIBCXX_3.4.21)(64bit)",
];

/**
 * Makes an RPM package of a standalone: the program, its manual and its completions. `shared` is the
 * folder of the manual and the completions. Returns the path of the package in `outdir`.
 */
export async function makeRpmPackage({
  executable,
  licenses,
  platform,
  shared,
  program,
  outdir,
  compression = "xz",
}) {
  const architecture = architectures[platform];
  if (architecture === undefined) throw new Error(`No RPM architecture is known for ${platform}.`);
  const place = await mkdtemp(join(tmpdir(), "cfs-rpm-"));
  const contents = join(place, "contents");
  try {
    await mkdir(contents);
    await putPackageContents(contents, {
      executable,
      licenses,
      shared,
      licensesFile: "share/licenses/lseg-cfs/LICENSE",
      zshFolder: "zsh/site-functions",
    });
    await run("chmod", ["-R", "u=rwX,go=rX", contents]);
    await writeFile(join(place, "cfs.spec"), spec(program, contents, payloads[compression]));
    const name = `lseg-cfs-${packageVersion(program.version)}-1.${architecture}.rpm`;
    await run("rpmbuild", [
      "-bb",
      ...["--target", `${architecture}-linux`],
      ...["--define", `_topdir ${place}`],
      ...["--define", `_rpmfilename ${name}`],
      join(place, "cfs.spec"),
    ]);
    await run("mv", [join(place, "RPMS", name), outdir]);
    return join(outdir, name);
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

/** Nothing is changed after it is copied: stripping the executable would remove the program from it. */
function spec(program, contents, payload) {
  const [summary] = splitDescription(program);
  return `%global __os_install_post %{nil}
%global debug_package %{nil}
%global _build_id_links none
%global _binary_payload ${payload}
%global _buildhost localhost
Name: lseg-cfs
Version: ${packageVersion(program.version)}
Release: 1
Summary: ${summary}
License: ${program.license}
AutoReqProv: no
${libraries.map((library) => `Requires: ${library}\n`).join("")}Recommends: ca-certificates

%description
${program.description}

%install
cp -a ${contents}/. %{buildroot}/

%files
%defattr(-,root,root,-)
/usr/bin/cfs
%doc /usr/share/man/man1/cfs.1.gz
%license /usr/share/licenses/lseg-cfs
/usr/share/bash-completion
/usr/share/fish
/usr/share/zsh
`;
}
