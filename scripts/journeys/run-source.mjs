// For `node --import`, which worker threads inherit.
import { register } from "node:module";

register("./source-hooks.mjs", import.meta.url);
