/**
 * What the files below one folder of source/ may import from outside it. A file in source/ itself is in
 * the folder ".". What is not listed is forbidden, and what is listed must be in use.
 */
export interface FolderRule {
  /** Folders whose values and types it imports. */
  values: readonly string[];
  /** Folders of which it imports types only. */
  types?: readonly string[];
  /** Folders whose values it loads by `import()` only. */
  late?: readonly string[];
  /** Packages and Node's own modules. */
  packages: readonly string[];
  /** What other folders may import: files, and with a slash at the end subfolders. Every file if left out. */
  face?: readonly string[];
  /**
   * The rooms of the folder, each of which may import those after it. A room is a file without its
   * extension or a subfolder; rooms that are listed together do not import each other; "*" is every file
   * that is not named.
   */
  order?: readonly (string | readonly string[])[];
}

export type Rules = Readonly<Record<string, FolderRule>>;

export const rules: Rules = {
  api: {
    values: ["base", "domain", "network"],
    types: ["config"],
    packages: ["node:timers/promises", "valibot"],
    face: [
      "client.ts",
      "service.ts",
      "session/auth.ts",
      "session/session-store.ts",
      "session/token-requests.ts",
    ],
    order: ["client", "session", "listings", ["object-address", "replies"], "service"],
  },
  app: {
    values: ["api", "base", "config", "files", "listing-cache", "network", "transfer"],
    types: ["objects"],
    late: ["sandbox"],
    packages: ["node:fs", "node:fs/promises", "node:os", "node:path"],
    face: ["built-assets.ts", "compose.ts", "demo.ts", "open-debug.ts"],
  },
  base: {
    values: ["domain"],
    packages: [
      "env-paths",
      "node:path",
      "node:timers/promises",
      "node:util",
      "package.json",
      "valibot",
    ],
  },
  commands: {
    values: [
      "api",
      "app",
      "base",
      "config",
      "doctor",
      "domain",
      "files",
      "listing-cache",
      "objects",
      "preview",
      "sandbox",
      "sync",
      "text",
      "unpack",
    ],
    types: ["transfer"],
    packages: [
      "commander",
      "node:events",
      "node:path",
      "node:readline",
      "node:stream",
      "node:timers/promises",
      "node:tty",
      "read",
    ],
    face: [
      "completion/bash-script.ts",
      "completion/command-words.ts",
      "completion/fish-script.ts",
      "completion/zsh-script.ts",
      "console/call.ts",
      "console/exit-codes.ts",
      "console/failure.ts",
      "console/interruption.ts",
      "help-text.ts",
      "program.ts",
      "register/command-builder.ts",
    ],
    order: [
      "help-text",
      "program",
      "register",
      "sync",
      ["browse", "completion", "session", "tools", "transfer"],
      "resolve",
      "console",
    ],
  },
  config: {
    values: ["base", "domain", "files", "network"],
    packages: [
      "conf",
      "env-paths",
      "node:fs",
      "node:path",
      "node:timers/promises",
      "node:util",
      "valibot",
    ],
  },
  doctor: {
    values: ["base", "config", "domain", "network", "terminal"],
    packages: ["node:child_process", "node:crypto", "node:fs", "node:fs/promises", "node:path"],
  },
  documents: {
    values: ["base", "commands", "config", "domain", "keys"],
    packages: ["commander"],
  },
  domain: {
    values: [],
    packages: [],
  },
  files: {
    values: ["base", "domain"],
    packages: [
      "node:crypto",
      "node:fs",
      "node:fs/promises",
      "node:os",
      "node:path",
      "node:timers/promises",
      "node:util",
      "node:zlib",
      "valibot",
    ],
  },
  keys: {
    values: ["domain", "store", "text"],
    types: ["transfer"],
    packages: [],
    face: [
      "key-table.ts",
      "command.ts",
      "dispatch.ts",
      "key-presses.ts",
      "key-sections.ts",
      "keymap.ts",
      "mouse.ts",
      "overlays/help.ts",
      "overlays/palette.ts",
    ],
    order: [
      "key-sections",
      "mouse",
      "dispatch",
      "key-table",
      "overlays",
      "registry",
      "actions",
      "run-command",
      "keymap",
      "command",
      "key-presses",
    ],
  },
  "listing-cache": {
    values: ["base", "domain", "files"],
    packages: ["node:crypto", "node:fs/promises", "node:path", "valibot"],
    face: ["contract.ts", "listing-cache.ts", "visited-names.ts"],
  },
  main: {
    values: ["api", "app", "base", "commands", "config", "domain", "files"],
    types: ["terminal"],
    late: ["preview", "ui"],
    packages: ["node:fs", "node:module", "node:path", "node:stream", "node:tty"],
  },
  network: {
    values: ["base", "domain"],
    types: ["objects"],
    packages: [
      "node-fetch",
      "node:crypto",
      "node:diagnostics_channel",
      "node:dns/promises",
      "node:fs",
      "node:http",
      "node:https",
      "node:net",
      "node:stream",
      "node:timers/promises",
      "node:tls",
      "node:worker_threads",
      "valibot",
    ],
    face: [
      "certificates.ts",
      "error-body.ts",
      "http.ts",
      "lazy-network.ts",
      "network.ts",
      "probe.ts",
      "proxy.ts",
      "retry.ts",
    ],
  },
  objects: {
    values: ["base"],
    packages: ["node:stream"],
  },
  preview: {
    values: ["base", "domain", "files", "objects"],
    packages: ["node:zlib"],
    face: ["open-preview.ts", "preview.ts"],
  },
  sandbox: {
    values: [],
    types: ["domain"],
    packages: [
      "node:crypto",
      "node:events",
      "node:http",
      "node:https",
      "node:net",
      "node:timers/promises",
      "node:worker_threads",
      "node:zlib",
      "valibot",
    ],
    face: ["demo.ts", "named-faults.ts", "sandbox.ts"],
    order: [
      ["worker", "demo"],
      "sandbox",
      ["named-faults", "router"],
      "file-store",
      "auth",
      "object-store",
      "catalogue",
      "body",
      "http",
      "model",
    ],
  },
  store: {
    values: ["base", "domain", "terminal", "text"],
    types: ["api", "config", "files", "listing-cache", "preview", "transfer"],
    packages: ["node:path", "zustand/vanilla"],
    face: ["program.ts", "selectors/", "services.ts", "state/", "throttled.ts"],
    order: ["program", "actions", "selectors", ["state", "throttled"], "services"],
  },
  sync: {
    values: ["base", "domain", "files"],
    types: ["api"],
    packages: [
      "node:crypto",
      "node:fs",
      "node:fs/promises",
      "node:path",
      "node:stream/promises",
      "valibot",
    ],
  },
  terminal: {
    values: ["domain", "text"],
    types: ["base"],
    packages: [
      "node:child_process",
      "node:console",
      "node:fs",
      "node:stream",
      "node:tty",
      "node:util",
    ],
    order: ["*", "render", "capabilities"],
  },
  text: {
    values: ["domain"],
    packages: ["string-width"],
  },
  transfer: {
    values: ["base", "domain", "files", "objects"],
    packages: [
      "node:crypto",
      "node:events",
      "node:fs",
      "node:fs/promises",
      "node:os",
      "node:path",
      "node:perf_hooks",
      "node:stream",
      "node:stream/promises",
      "node:timers/promises",
      "node:util",
      "node:worker_threads",
      "node:zlib",
      "valibot",
    ],
    face: ["create-engine.ts", "engine.ts"],
    order: [
      "create-engine",
      "scheduler",
      "file",
      "object",
      "verify",
      "part-file",
      ["connections", "queue"],
      "events",
      "engine",
    ],
  },
  ui: {
    values: ["domain", "files", "keys", "store", "terminal", "text"],
    types: ["api", "base", "config", "listing-cache", "transfer"],
    packages: [
      "ink",
      "ink-select-input",
      "node:path",
      "node:readline",
      "react",
      "zustand",
      "zustand/vanilla",
    ],
    face: ["first-screen.ts", "plain/start-plain.ts", "start.ts"],
    order: [
      "start",
      ["draw-screens", "plain"],
      "*",
      "app",
      "overlays",
      "frame",
      "screens",
      "widgets",
      "spans",
      "program-context",
      "theme",
    ],
  },
  unpack: {
    values: ["base", "domain", "files"],
    packages: [
      "node:fs",
      "node:fs/promises",
      "node:path",
      "node:stream",
      "node:stream/promises",
      "node:zlib",
    ],
    face: ["unpack-file.ts"],
  },
};
