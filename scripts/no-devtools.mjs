const devtools = { initialize: () => undefined, connectToDevTools: () => undefined };

/** Stands in for react-devtools-core, which Ink asks for in development only. */
// biome-ignore lint/style/noDefaultExport: the package that it stands in for has one
export default devtools;
