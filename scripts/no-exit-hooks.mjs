const register = () => () => undefined;

/**
 * Replaces when-exit, with which conf removes temporary files when a signal arrives. It sends each signal to
 * the process again, and the program would take that for a second interruption. conf writes synchronously,
 * so such a file never exists when a signal is handled.
 */
// biome-ignore lint/style/noDefaultExport: the package that it replaces has one
export default register;
