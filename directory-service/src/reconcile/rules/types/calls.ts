import type { Expr } from "../bounds.ts";
import { formatProblem } from "../functions/dates.ts";
import { patternOf } from "../functions/pattern.ts";
import type { Context } from "./infer.ts";
import { operatorType } from "./operators.ts";
import { formOf, signatureOf } from "./signatures.ts";
import { fits, inWords, type Type, UNKNOWN } from "./type.ts";

type Call = Extract<Expr["exprKind"], { case: "callExpr" }>["value"];

/** The type of a call, which may be that of an operator. */
export function callType(node: Expr, call: Call, context: Context): Type {
  const operator = operatorType(node, call, context);
  if (operator) return operator;

  const { parsed, infer, report } = context;
  const given = call.target ? [call.target, ...call.args] : [...call.args];
  const signature = signatureOf(call.function, call.target !== undefined);
  if ("message" in signature) {
    // The arguments of what was meant for a macro name variables that are not there.
    if (!signature.message.includes(" is called as list.")) for (const part of given) infer(part);
    report(parsed.places.name(node), signature.message, signature.suggestion);
    return UNKNOWN;
  }
  const types = given.map((part) => infer(part));
  const { name, parameters, required = parameters.length, result } = signature;
  if (given.length < required || given.length > parameters.length)
    report(parsed.places.name(node), `${name} is called as ${formOf(signature)}.`, formOf(signature));
  else
    for (const [index, part] of given.entries()) {
      const [parameter, wanted] = parameters[index] as (typeof parameters)[number];
      const type = types[index] as Type;
      if (!fits(type, wanted))
        report(parsed.places.whole(part), `${parameter} of ${formOf(signature)} cannot be ${inWords(type)}.`);
    }
  if (name === "matches") checkPattern(call.args[0], context);
  if (name === "formatDate") for (const format of call.args.slice(1, 3)) checkDateFormat(format, context);
  return typeof result === "function" ? result(types) : result;
}

/** A pattern is a literal and compiled here, once. */
function checkPattern(pattern: Expr | undefined, { parsed, report }: Context): void {
  if (!pattern) return;
  const constant = pattern.exprKind.case === "constExpr" ? pattern.exprKind.value.constantKind : undefined;
  if (constant?.case !== "stringValue") {
    report(
      parsed.places.whole(pattern),
      'A pattern stands in the expression itself, in quotes: x.matches("^[A-Z]+$").',
    );
    return;
  }
  try {
    patternOf(constant.value);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    report(parsed.places.whole(pattern), `This pattern cannot be used: ${reason.replace(/\.$/, "")}.`);
  }
}

/** A date format that is written out fails every record, or none. */
function checkDateFormat(format: Expr, { parsed, report }: Context): void {
  const constant = format.exprKind.case === "constExpr" ? format.exprKind.value.constantKind : undefined;
  if (constant?.case !== "stringValue") return;
  const problem = formatProblem(constant.value);
  if (problem) report(parsed.places.whole(format), problem.message, problem.suggestion);
}
