const register = () => () => undefined;

/**
 * Stands in for when-exit, by which conf removes temporary files when a signal arrives. It sends each signal
 * to the process once more, which is then taken for a second interruption. conf writes synchronously, so no
 * signal finds such a file.
 */
// biome-ignore lint/style/noDefaultExport: the package that it stands in for has one
export default register;
