/**
 * Steps that the rules may take on one record. A step is a node of an
 * expression evaluated in a loop, an element that a function looks at, or 64
 * characters of text; what an expression gives in the end counts eight times.
 * The default rules take some 300; one loop in another over 200 elements each
 * takes some 300,000.
 */
export const STEP_LIMIT = 1_000_000;

const CHARACTERS_PER_STEP = 64;
const UNITS_PER_STEP = 8;
// What an expression gives is copied and kept, a list in a list as often as it is there.
const STEPS_PER_RESULT = 8;

// Evaluation is synchronous: one record at a time.
let left = STEP_LIMIT;

/** Begins a record: all steps are there again. */
export function startSteps(): void {
  left = STEP_LIMIT;
}

/** Takes steps. Throws an Error where none are left, which fails the record. */
export function spend(steps: number): void {
  left -= steps;
  checkSteps();
}

/** Throws an Error where more steps have been taken than there were. */
export function checkSteps(): void {
  if (left < 0) throw new Error(`the rules take more than ${STEP_LIMIT.toLocaleString("en")} steps on this record`);
}

/** Takes the steps that work on texts of so many characters costs. */
export function spendOnText(length: number): void {
  if (length > CHARACTERS_PER_STEP) spend(length / CHARACTERS_PER_STEP);
}

/** Takes the steps of looking at each character of a text, which is slower than at a text as a whole. */
export function spendOnCharacters(length: number): void {
  if (length > UNITS_PER_STEP) spend(length / UNITS_PER_STEP);
}

/** Takes the steps that elements or a text in what an expression gives cost. */
export function spendOnResult(elements: number, characters: number): void {
  spend(STEPS_PER_RESULT * (elements + Math.floor(characters / CHARACTERS_PER_STEP)));
}
