/** The canonical form of a BCP 47 tag, also of one written with underscores. Undefined: it is none. */
export function languageTag(value: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(value.replaceAll("_", "-"))[0];
  } catch {
    return undefined;
  }
}
