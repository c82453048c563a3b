/**
 * Stands in for node:process: an import of that reads every property of it, which opens standard input and
 * makes the list of all options of Node.
 */
module.exports = globalThis.process;
