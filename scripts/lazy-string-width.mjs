let width;

/**
 * Stands in for string-width, which takes as long to be made ready as the rest of a start: its patterns
 * hold every emoji there is. So it is made ready for the first text that needs it.
 */
// biome-ignore lint/style/noDefaultExport: the package that it stands in for has one
export default function stringWidth(text, options) {
  width ??= require("../node_modules/string-width/index.js").default;
  return width(text, options);
}
