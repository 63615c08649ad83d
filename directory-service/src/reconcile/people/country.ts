// What people write that is neither the code nor the name that Unicode's data has.
const otherNames: Record<string, string> = {
  usa: "US",
  "united states of america": "US",
  "great britain": "GB",
  england: "GB",
  scotland: "GB",
  wales: "GB",
  "northern ireland": "GB",
  holland: "NL",
  "czech republic": "CZ",
  turkey: "TR",
  "russian federation": "RU",
  korea: "KR",
  "republic of korea": "KR",
  "republic of ireland": "IE",
  uae: "AE",
  "hong kong": "HK",
  macao: "MO",
  macau: "MO",
  "viet nam": "VN",
};

// Regions in Unicode's data that are no country.
const NO_COUNTRY = new Set(["EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"]);

const regionNames = new Intl.DisplayNames("en", { type: "region", fallback: "none" });
const codeByName = new Map(Object.entries(otherNames));
for (const code of regionCodes()) codeByName.set(fold(regionNames.of(code) ?? code), code);
const codes = new Set(codeByName.values());

/** ISO 3166-1 alpha-2 code of a country given by code or English name. Undefined: it is not known. */
export function countryCode(value: string): string | undefined {
  if (/^[A-Za-z]{2}$/.test(value)) {
    if (codes.has(value)) return value;
    // Also "nl", and "UK" for GB.
    const code = new Intl.Locale(`und-${value}`).region;
    return code !== undefined && codes.has(code) ? code : undefined;
  }
  return codeByName.get(fold(value));
}

function regionCodes(): string[] {
  const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
  return letters
    .flatMap((first) => letters.map((second) => first + second))
    .filter((code) => !NO_COUNTRY.has(code) && regionNames.of(code) !== undefined)
    .filter((code) => new Intl.Locale(`und-${code}`).region === code);
}

/** "The Côte d’Ivoire" and "cote divoire" are one, so are "&" and "and". */
function fold(name: string): string {
  return name
    .normalize("NFD")
    .toLowerCase()
    .replaceAll("&", " and ")
    .replace(/[^a-z ]/g, "")
    .replace(/^ *the /, "")
    .replace(/ +/g, " ")
    .trim();
}
