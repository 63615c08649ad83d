// Letters that Unicode does not take apart into a letter and a mark.
const LETTERS: Record<string, string> = {
  ß: "ss",
  ẞ: "SS",
  Æ: "AE",
  æ: "ae",
  Œ: "OE",
  œ: "oe",
  Ø: "O",
  ø: "o",
  Đ: "D",
  đ: "d",
  Ð: "D",
  ð: "d",
  Þ: "Th",
  þ: "th",
  Ł: "L",
  ł: "l",
  Ħ: "H",
  ħ: "h",
  Ŧ: "T",
  ŧ: "t",
  Ŋ: "N",
  ŋ: "n",
  ı: "i",
  ĸ: "k",
  ſ: "s",
};
const LETTER = new RegExp(`[${Object.keys(LETTERS).join("")}]`, "gu");
const MARKED = /(\p{Script=Latin})\p{Mn}+/gu;

/** A text with plain Latin letters: é is e, ß is ss, Ø is O. Other scripts keep their marks, which change their letters. */
export function withoutDiacritics(text: string): string {
  return text
    .normalize("NFD")
    .replace(MARKED, "$1")
    .normalize("NFC")
    .replace(LETTER, (letter) => LETTERS[letter] ?? letter);
}
