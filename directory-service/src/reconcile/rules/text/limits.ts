/** Characters of a rule set's text. */
export const TEXT_LIMIT = 262_144;
/** How deep a text may be nested; a rule set needs six. */
export const DEPTH_LIMIT = 16;
/** Pieces that a text may fall into: marks, words, line breaks. All of a full rule set, comments included, are far fewer. */
export const PIECE_LIMIT = 100_000;
