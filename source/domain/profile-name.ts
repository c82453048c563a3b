/** The profile that every call uses that names no other. */
export const defaultProfile = "default";

/** A leading "-" would look like an option. */
export const profileName = /^[A-Za-z0-9._][A-Za-z0-9._-]{0,39}$/;

export const profileNameRule =
  'at most 40 letters, digits, "-", "_" and ".", of which "-" is not the first';
