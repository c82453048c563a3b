import { execFileSync } from "node:child_process";
import { mkdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect } from "vitest";
import { makeRpmPackage } from "../../scripts/rpm-package.mjs";
import { missingPrograms } from "../support/program/missing-programs.ts";
import { test } from "../support/test.ts";
import { packageParts } from "./package-parts.ts";

const run = (command: string, ...words: string[]) =>
  execFileSync(command, words, { encoding: "utf8", stdio: "pipe" });

const it = test
  .extend("rpmPackage", async ({ folder }) =>
    makeRpmPackage({ ...(await packageParts(folder)), compression: "gzip" }),
  )
  /** A root folder with an empty package database, and the package installed there. */
  .extend("installed", async ({ folder, rpmPackage }) => {
    const root = join(folder, "root");
    await mkdir(root);
    const rpm = (...words: string[]) => run("rpm", `--root=${root}`, "--nodeps", ...words);
    rpm("--install", rpmPackage);
    return { root, rpm };
  });

describe.skipIf(missingPrograms("rpm", "rpmbuild"))("the RPM package", () => {
  it("names package, version, architecture and libraries", ({ rpmPackage }) => {
    const format = "%{name} %{version}-%{release} %{arch} %{license} %{buildhost}\n%{summary}";
    expect(run("rpm", "-qp", "--queryformat", format, rpmPackage)).toBe(
      "lseg-cfs 1.2.0~rc.1-1 x86_64 MIT localhost\nA terminal program",
    );
    expect(rpmPackage).toMatch(/\/lseg-cfs-1\.2\.0~rc\.1-1\.x86_64\.rpm$/);
    const requirements = run("rpm", "-qp", "--requires", rpmPackage).split("\n");
    expect(requirements.filter((name) => name.includes(".so."))).toEqual([
      "libatomic.so.1()(64bit)",
      expect.stringMatching(/^libc\.so\.6\(GLIBC_[\d.]+\)\(64bit\)$/),
      expect.stringMatching(/^libgcc_s\.so\.1\(/),
      expect.stringMatching(/^libstdc\+\+\.so\.6\(/),
    ]);
  });

  it("belongs to root, is readable by every user and has no scripts", ({ rpmPackage }) => {
    const listed = run("rpm", "-qplv", rpmPackage).trimEnd().split("\n");
    for (const line of listed)
      expect(line).toMatch(/^(drwxr-xr-x|-rw-r--r--|-rwxr-xr-x) +\d+ root +root /);
    expect(listed.filter((line) => line.startsWith("-rwx"))).toEqual([
      expect.stringMatching(/ \/usr\/bin\/cfs$/),
    ]);
    expect(run("rpm", "-qp", "--scripts", rpmPackage)).toBe("");
  });

  const isRoot = process.getuid?.() === 0;

  it.skipIf(!isRoot)("installs a program that runs, with its manual", async ({ installed }) => {
    const share = (path: string) => join(installed.root, "usr/share", path);
    expect(run(join(installed.root, "usr/bin/cfs"), "--version")).toBe("1.2.0-rc.1\n");
    const manual = gunzipSync(await readFile(share("man/man1/cfs.1.gz"))).toString();
    expect(manual).toContain(".TH CFS 1 2026-11-24");
    expect(await readFile(share("zsh/site-functions/_cfs"), "utf8")).toMatch(/^#compdef cfs/);
    expect(await readFile(share("bash-completion/completions/cfs"), "utf8")).toContain("complete");
    expect(await readFile(share("fish/vendor_completions.d/cfs.fish"), "utf8")).toContain(
      "complete",
    );
    expect(await readFile(share("licenses/lseg-cfs/LICENSE"), "utf8")).toBe("All licences\n");
  });

  it.skipIf(!isRoot)("is removed without a rest of its own", async ({ installed }) => {
    installed.rpm("--erase", "lseg-cfs");
    const own = ["bin/cfs", "share/bash-completion", "share/fish", "share/licenses/lseg-cfs"];
    for (const path of [...own, "share/man/man1/cfs.1.gz", "share/zsh"])
      await expect(stat(join(installed.root, "usr", path))).rejects.toThrow("ENOENT");
  });
});
