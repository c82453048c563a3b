/**
 * Replaces node:process, because importing that module reads all of its properties, which opens standard
 * input and builds the list of all of Node's options.
 */
module.exports = globalThis.process;
