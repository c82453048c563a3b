import { execFile, execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { describe, expect } from "vitest";
import { datedChangelog, releaseNotes } from "../../scripts/changelog.mjs";
import { inheritedEnvironment } from "../support/program/inherited-environment.ts";
import { missingPrograms } from "../support/program/missing-programs.ts";
import { test } from "../support/test.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** What git ignores, and what no release is built of. */
const leftOut = new Set([
  ...[".git", "node_modules", "dist", "release", "standalone", "coverage"],
  ...["bench", "test"],
]);

/** In node_modules: what other tests put there for a time, and the largest tools that no build needs. */
const notForBuilding =
  /^(\.(cfs|vite).*|@babel|@biomejs|@rolldown|@stryker-mutator|@typescript|lightningcss-.*|rxjs)$/;

const manifest = v.looseObject({ version: v.string(), scripts: v.record(v.string(), v.string()) });
const git = (folder: string, ...words: string[]) =>
  execFileSync("git", words, { cwd: folder, encoding: "utf8", stdio: "pipe" }).trim();

/** A build of the standalone that takes no time: what counts here is that its file comes along. */
const quickStandalone = `node -e 'for (const end of ["", "-LICENSES.txt"]) require("node:fs").writeFileSync(process.argv.at(-1) + "/cfs-linux-x64" + end, "#!/bin/sh\\necho 9.0.0\\n")' --`;

/** Builds no image, and keeps the arguments of its calls. */
const noPodman = '#!/bin/sh\ncase $1 in build | run) echo "$@" >>.git/podman ;; esac\necho 9.0.0\n';

function repositoryAt(folder: string) {
  const read = (path: string) => readFile(join(folder, path), "utf8");
  return {
    folder,
    read,
    git: (...words: string[]) => git(folder, ...words),
    manifest: async () => v.parse(manifest, JSON.parse(await read("package.json"))),
    release(...words: string[]) {
      const script = join(folder, "scripts/release.mjs");
      return new Promise<{ code: number; told: string }>((resolve) => {
        const path = `${join(folder, ".git/bin")}:${process.env["PATH"]}`;
        const env = { ...inheritedEnvironment(), PATH: path };
        execFile(process.execPath, [script, ...words], { cwd: folder, env }, (error, out, errors) =>
          resolve({ code: Number(error?.code ?? 0), told: out + errors }),
        );
      });
    },
  };
}

type Repository = ReturnType<typeof repositoryAt>;

function initialize({ git }: Repository, ...words: string[]): void {
  git(...words);
  git("config", "user.name", "Nobody");
  git("config", "user.email", "nobody@example.com");
}

const it = test
  /** A repository with the files of this project. */
  .extend("template", { scope: "file" }, async ({}, { onCleanup }) => {
    const folder = await mkdtemp(join(tmpdir(), "cfs-test-release-"));
    onCleanup(() => rm(folder, { recursive: true }));
    await cp(root, folder, { recursive: true, filter: (path) => !leftOut.has(basename(path)) });
    const repository = repositoryAt(folder);
    const { scripts, ...rest } = await repository.manifest();
    const changed = { ...rest, scripts: { ...scripts, "build:standalone": quickStandalone } };
    await writeFile(join(folder, "package.json"), `${JSON.stringify(changed, undefined, 2)}\n`);
    initialize(repository, "init", "--quiet", "--initial-branch", "main");
    repository.git("add", "--all");
    repository.git("commit", "--quiet", "--message", "All of it");
    return folder;
  })
  /** A clone of it, in which only the scripts are checked out: they decide whether there is a release. */
  .extend("repository", async ({ folder, template }) => {
    const repository = repositoryAt(folder);
    initialize(repository, "clone", "--quiet", "--sparse", template, ".");
    repository.git("sparse-checkout", "set", "scripts");
    await symlink(join(root, "node_modules"), join(folder, "node_modules"));
    await writeFile(join(folder, ".git/info/exclude"), "node_modules\n");
    await mkdir(join(folder, ".git/bin"));
    await writeFile(join(folder, ".git/bin/podman"), noPodman, { mode: 0o755 });
    return repository;
  });

describe.skipIf(missingPrograms("git", "dpkg-deb"))("a release", () => {
  it.for<[string, string[], RegExp, ((repository: Repository) => Promise<unknown> | string)?]>([
    ["without a version", [], /Give one version/],
    ["of what is no version", ["1.2"], /"1\.2" is no version/],
    ["of an older version", ["0.0.1"], /0\.0\.1 comes before/],
    [
      "of a tree that is not clean",
      ["9.0.0"],
      /not clean: commit or stash first[\s\S]*notes\.txt/,
      ({ folder }) => writeFile(join(folder, "notes.txt"), ""),
    ],
    [
      "of another branch",
      ["9.0.0"],
      /The branch is other: releases are made of main/,
      ({ git }) => git("checkout", "--quiet", "-b", "other"),
    ],
    [
      "of a version that has its tag",
      ["9.0.0"],
      /There is a tag v9\.0\.0 already/,
      ({ git }) => git("tag", "v9.0.0"),
    ],
    [
      "that has nothing to tell",
      ["9.0.0"],
      /nothing under Unreleased/,
      async ({ folder, git }) => {
        await writeFile(join(folder, "CHANGELOG.md"), "# Changelog\n\n## [Unreleased]\n");
        git("commit", "--quiet", "--all", "--message", "Empty");
      },
    ],
    [
      "of a red tree",
      ["9.0.0", "--check", "false"],
      /false fails: a release is made of what passes/,
    ],
    [
      "of a tree that its check changes",
      ["9.0.0", "--check", "touch made-by-check"],
      /not clean[\s\S]*made-by-check/,
    ],
  ])("is refused %s, and nothing is changed", async ([_, words, told, prepare], { repository }) => {
    const { git, manifest, release } = repository;
    await prepare?.(repository);
    const before = [git("status", "--porcelain"), git("log", "--oneline"), git("tag")];
    const ended = await release("--check", "true", ...words);
    expect(ended.code).not.toBe(0);
    expect(ended.told).toMatch(told);
    const { version } = await manifest();
    expect(version).not.toBe("9.0.0");
    const [status = "", ...rest] = before;
    expect([git("log", "--oneline"), git("tag")]).toEqual(rest);
    expect(git("status", "--porcelain").replace("?? made-by-check", "")).toBe(status);
  });

  it("is only reported with --dry-run", async ({ repository }) => {
    const { git, release } = repository;
    const { code, told } = await release("9.0.0", "--dry-run", "--check", "true");
    expect(code).toBe(0);
    expect(told).toContain("Would release 9.0.0 as v9.0.0");
    expect(told).toContain("cfs doctor");
    expect([git("status", "--porcelain"), git("tag")]).toEqual(["", ""]);
  });

  it("has version, dated changelog, tag, package, standalone and their checksums", async ({
    repository,
  }) => {
    const { folder, git, manifest, read, release } = repository;
    git("sparse-checkout", "disable");
    // The bundler follows links, and then knows the packages by other paths than the lock file does.
    await rm(join(folder, "node_modules"));
    await mkdir(join(folder, "node_modules"));
    const packages = (await readdir(join(root, "node_modules")))
      .filter((name) => !notForBuilding.test(name))
      .map((name) => join(root, "node_modules", name));
    const copy = (how: string) =>
      execFileSync("cp", [how, ...packages, join(folder, "node_modules")], { stdio: "ignore" });
    // Hard links take a sixth of the time, but the folder may be on another disk.
    try {
      copy("-RPl");
    } catch {
      copy("-RPp");
    }
    const dayOf = () => new Date().toISOString().slice(0, 10);
    const before = dayOf();
    const { code, told } = await release("9.0.0", "--check", "true");
    // Midnight may pass meanwhile.
    const days = [before, dayOf()];
    expect({ code, told: code === 0 ? "" : told }).toEqual({ code: 0, told: "" });
    expect(told).toMatch(/No \.rpm: |The \.rpm was (not )?installed/);
    expect(told).toContain("The image cfs:9.0.0 was built and runs: it prints 9.0.0.");
    expect((await manifest()).version).toBe("9.0.0");
    const dated = /## \[Unreleased\]\n\n## \[9\.0\.0\] - (.+)\n/.exec(await read("CHANGELOG.md"));
    expect(days).toContain(dated?.[1]);
    expect(git("describe", "--exact-match")).toBe("v9.0.0");
    expect(git("show", "--name-only", "--format=%s", "HEAD").split("\n").filter(Boolean)).toEqual([
      "Release 9.0.0",
      "CHANGELOG.md",
      "package-lock.json",
      "package.json",
    ]);
    expect(git("status", "--porcelain")).toBe("");

    const names = await readdir(join(folder, "release"));
    expect(names.sort()).toEqual([
      "SHA256SUMS",
      "cfs-linux-x64",
      "cfs-linux-x64-LICENSES.txt",
      "install.sh",
      ...(missingPrograms("rpmbuild") ? [] : ["lseg-cfs-9.0.0-1.x86_64.rpm"]),
      "lseg-cfs-9.0.0.tgz",
      "lseg-cfs.rb",
      "lseg-cfs_9.0.0_amd64.deb",
    ]);
    const sums = await read("release/SHA256SUMS");
    for (const name of names.filter((one) => one !== "SHA256SUMS")) {
      const bytes = await readFile(join(folder, "release", name));
      const digest = createHash("sha256").update(bytes).digest("hex");
      expect(sums).toContain(`${digest}  ${name}\n`);
    }

    const tarball = join(folder, "release/lseg-cfs-9.0.0.tgz");
    const packed = createHash("sha256")
      .update(await readFile(tarball))
      .digest("hex");
    expect(await read("release/lseg-cfs.rb")).toContain(
      `/lseg-cfs-9.0.0.tgz"\n  sha256 "${packed}"\n`,
    );
    expect(await read(".git/podman")).toBe(
      "build --file Dockerfile --tag cfs:9.0.0 release\nrun --rm cfs:9.0.0 --version\n",
    );

    const unpacked = join(folder, "release/unpacked");
    await mkdir(unpacked);
    execFileSync("tar", ["-xzf", tarball, "-C", unpacked]);
    const program = join(unpacked, "package/dist/cli.js");
    const shown = execFileSync(process.execPath, [program, "--version"], { encoding: "utf8" });
    expect(shown).toBe("9.0.0\n");
    const manual = await readFile(join(unpacked, "package/dist/share/man/man1/cfs.1"), "utf8");
    expect(days).toContain(/^\.TH CFS 1 (\S+) "cfs 9\.0\.0"/m.exec(manual)?.[1]);
  });

  it("keeps version and changelog if the build fails", async ({ repository }) => {
    const { folder, git, manifest, release } = repository;
    await writeFile(join(folder, "scripts/build.mjs"), "process.exit(1);\n");
    git("commit", "--quiet", "--all", "--message", "Break the build");
    const { code } = await release("9.0.0", "--check", "true");
    expect(code).toBe(1);
    expect([git("status", "--porcelain"), git("tag")]).toEqual(["", ""]);
    expect((await manifest()).version).not.toBe("9.0.0");
  });
});

const changelog =
  "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- This.\n\n## [1.0.0] - 2026-01-01\n\n- That.\n";

it("the notes of a release are the entries under Unreleased", () => {
  expect(releaseNotes(changelog)).toBe("### Added\n\n- This.");
  expect(releaseNotes(datedChangelog(changelog, "1.1.0", "2026-02-02"))).toBe("");
});

it("a dated changelog keeps an empty Unreleased section", () => {
  expect(datedChangelog(changelog, "1.1.0", "2026-02-02")).toContain(
    "## [Unreleased]\n\n## [1.1.0] - 2026-02-02\n\n### Added\n\n- This.\n\n## [1.0.0]",
  );
});
