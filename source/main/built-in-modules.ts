import { createRequire } from "node:module";

/** Gives a Node before 20.16 the way to its own modules that later ones have. */
Object.assign(process, { getBuiltinModule: createRequire(import.meta.url) });
