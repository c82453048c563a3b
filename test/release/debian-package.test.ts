import { execFileSync } from "node:child_process";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect } from "vitest";
import { makeDebianPackage } from "../../scripts/debian-package.mjs";
import { missingPrograms } from "../support/program/missing-programs.ts";
import { test } from "../support/test.ts";
import { packageParts } from "./package-parts.ts";

const run = (command: string, ...words: string[]) =>
  execFileSync(command, words, { encoding: "utf8", stdio: "pipe" });

const it = test
  .extend("debianPackage", async ({ folder }) =>
    makeDebianPackage({ ...(await packageParts(folder)), compression: "none" }),
  )
  /** A root folder with an empty package database, and the package installed there. */
  .extend("installed", async ({ folder, debianPackage }) => {
    const root = join(folder, "root");
    for (const path of ["updates", "info"])
      await mkdir(join(root, "var/lib/dpkg", path), { recursive: true });
    await writeFile(join(root, "var/lib/dpkg/status"), "");
    const dpkg = (...words: string[]) =>
      run("dpkg", `--root=${root}`, "--force-not-root", "--force-depends", ...words);
    dpkg("--log=/dev/null", "--install", debianPackage);
    return { root, dpkg };
  });

describe.skipIf(missingPrograms("dpkg", "dpkg-deb"))("the Debian package", () => {
  it("names package, version, architecture and libraries", ({ debianPackage }) => {
    const fields = run("dpkg-deb", "--field", debianPackage);
    expect(fields).toContain("Package: lseg-cfs\nVersion: 1.2.0~rc.1\nArchitecture: amd64\n");
    expect(fields).toMatch(/^Depends: libatomic1 \(>= [\d.]+\), libc6 \(>= [\d.]+\), /m);
    expect(fields).toContain("Description: A terminal program\n for data.\n");
  });

  it("belongs to root and is readable by every user", ({ debianPackage }) => {
    const listed = run("dpkg-deb", "--contents", debianPackage).trimEnd().split("\n");
    for (const line of listed)
      expect(line).toMatch(/^(drwxr-xr-x|-rw-r--r--|-rwxr-xr-x) root\/root /);
    expect(listed.filter((line) => line.startsWith("-rwx"))).toEqual([
      expect.stringMatching(/ \.\/usr\/bin\/cfs$/),
    ]);
  });

  it("installs a program that runs, with manual, completions and licences", async ({
    installed,
  }) => {
    const share = (path: string) => join(installed.root, "usr/share", path);
    expect(run(join(installed.root, "usr/bin/cfs"), "--version")).toBe("1.2.0-rc.1\n");
    const manual = gunzipSync(await readFile(share("man/man1/cfs.1.gz"))).toString();
    expect(manual).toContain(".TH CFS 1 2026-11-24");
    expect(await readFile(share("zsh/vendor-completions/_cfs"), "utf8")).toMatch(/^#compdef cfs/);
    expect(await readFile(share("bash-completion/completions/cfs"), "utf8")).toContain("complete");
    expect(await readFile(share("fish/vendor_completions.d/cfs.fish"), "utf8")).toContain(
      "complete",
    );
    expect(await readFile(share("doc/lseg-cfs/copyright"), "utf8")).toBe("All licences\n");
  });

  it("is removed without a rest", async ({ installed }) => {
    installed.dpkg("--log=/dev/null", "--purge", "lseg-cfs");
    await expect(stat(join(installed.root, "usr"))).rejects.toThrow("ENOENT");
  });
});
