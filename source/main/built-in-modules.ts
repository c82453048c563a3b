import { createRequire } from "node:module";

/** Node before 20.16 has no process.getBuiltinModule. */
Object.assign(process, { getBuiltinModule: createRequire(import.meta.url) });
