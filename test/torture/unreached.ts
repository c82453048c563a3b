/** The reason why no scenario reaches a call, by call and enclosing function. */
export const unreached: Readonly<Record<string, string>> = {
  // Needs time to pass.
  "writeSync in touch": "a lock is touched every 15 s; test/files/lock.test.ts",
  "close in touch": "a lock is touched every 15 s; test/files/lock.test.ts",
  "fdatasyncSync in syncNowAndThen": "a sync takes longer than 5 s; test/crash",
  // Needs an exact moment.
  "existsSync in fetchLargeFile": "the folder is removed meanwhile; test/transfer/disk.test.ts",
  "statSync in isStillUsed":
    "another process is writing its queue; test/transfer/queue/queue-file.test.ts",
  "writeSync in openLog": "a killed sync left a line half written; test/sync/manifest-file.test.ts",
  "linkSync in tryLock": "small files arrive together; test/transfer/verify/small-files.test.ts",
  "rmSync in write": "a power loss left a journal alone; test/transfer/verify/small-files.test.ts",
  // Needs much data.
  "rm in keepWithin": "the kept listings take more than 64 MB; test/listing-cache",
  "rm in writeOne": "a listing is longer than 30,000 items; test/listing-cache",
  // Needs another machine, system or terminal.
  "uptime in bootId": "the system has no /proc",
  "chownSync in keepOwner": "root writes the settings of another user",
  "request in openTunnel": "the proxy speaks https; test/trust/proxies.test.ts",
  "lookup in sharedLookup": "the service is far; test/network/connect-ahead.test.ts",
  "readFileSync in readKept": "the service is far; test/network/connect-ahead.test.ts",
  "lookup in addressesOf": "the service has a name, not the address of this machine",

  "createHash in profileFolder": "a named profile is used; test/commands/profiles.test.ts",
  "rmSync in removeProfileFolder": "a named profile is removed; test/commands/profiles.test.ts",
  "spawn in startInBackground": "cfs sandbox --env; test/commands/sandbox.test.ts",
  "spawn in run": "a watch runs a command; test/commands/watch-exec.test.ts",
  "kill in endGroup": "the command of a watch is ended; test/commands/watch-exec.test.ts",
  "spawn in runInForeground":
    "a file is opened in a pager; test/terminal/foreground-programs.test.ts",
  "createHash in isSamePart": "an upload in parts is resumed; test/commands/get-store.test.ts",
  "createHash in putPart": "an object is uploaded in parts; test/commands/get-store.test.ts",
  "createHash in begin": "stored objects are compared; test/commands/plan-store.test.ts",
  "createHash in sha256Of": "stored objects are compared; test/commands/plan-store.test.ts",
  "execFile in tmuxOption": "doctor runs within tmux; test/doctor",
  "spawn in give": "the clipboard has a program of its own; test/terminal/clipboard.test.ts",
  "closeSync in closeQuietly": "the terminal is gone; test/terminal/lifecycle.test.ts",
  "kill in stopForShell": "Ctrl-Z; test/terminal/suspend-and-quit.test.ts",
  // Needs a choice by the user.
  "stat in checkFolder": "a folder is typed; test/files/download-folder.test.ts",
  "access in checkFolder": "a folder is typed; test/files/download-folder.test.ts",
  "readdir in foldersAt": "a folder is completed; test/files/download-folder.test.ts",
  "stat in isDirectory": "a folder is completed; test/files/download-folder.test.ts",
  "existsSync in discardPartial": "a download is cancelled; test/transfer/cancel.test.ts",
  "existsSync in lockUnlessFull":
    "a download is cancelled on a full disk; test/transfer/disk.test.ts",
  "readFile in visitedPackages": "a shell completes packages; test/commands/completion.test.ts",
  "open in firstLine": "a shell completes buckets; test/commands/completion.test.ts",
  "read in firstLine": "a shell completes buckets; test/commands/completion.test.ts",
  "close in firstLine": "a shell completes buckets; test/commands/completion.test.ts",
  // Needs other existing files.
  "readdirSync in namesIn": "a sync forgets what nobody wants, without --prune; test/faults",
  "writeFile in saveEntry": "an entry of a zip file is empty; test/unpack",
  "read in equalFiles": "an unpacked file of the same size exists; test/unpack",
  "rm in find": "a kept listing is damaged; test/listing-cache",
  "rmSync in removeLeftOver":
    "a killed process left settings half written; test/faults/signals.test.ts",
};
