/** Said of a file set in which nothing is listed. */
export const noFilesYet = "The file set has no files yet.";
