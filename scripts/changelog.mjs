const unreleased = /^## \[Unreleased\]\n/m;

/** What stands under Unreleased, without blank lines around it. */
export function releaseNotes(changelog) {
  const [, below = ""] = changelog.split(unreleased);
  return (below.split(/^## |^\[/m)[0] ?? "").trim();
}

/** The changelog with what was unreleased under a version and a day ("2026-11-24"). */
export function datedChangelog(changelog, version, day) {
  return changelog.replace(unreleased, `## [Unreleased]\n\n## [${version}] - ${day}\n`);
}
