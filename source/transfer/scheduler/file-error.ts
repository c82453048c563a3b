import { type AppError, toAppError } from "../../base/errors.ts";

/** What was thrown while the file of that name was fetched, as an AppError that says which file it is. */
export function fileError(thrown: unknown, name: string): AppError {
  const tried = `Fetching ${name}`;
  const error = toAppError(thrown, tried);
  const isOfTheFile = error.kind === "service" || error.kind === "not-found";
  return isOfTheFile && !error.tried.includes(name) ? error.retold({ tried }) : error;
}
