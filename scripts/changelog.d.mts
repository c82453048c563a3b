export function releaseNotes(changelog: string): string;
export function datedChangelog(changelog: string, version: string, day: string): string;
