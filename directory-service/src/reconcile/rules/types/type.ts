/**
 * What is known of a value before it is there. `unknown` goes with everything;
 * `nothing` is the element of an empty list. Numbers are one type: whole ones
 * and others mix in rules.
 */
export type Type =
  | { kind: "unknown" | "nothing" | "null" | "flag" | "number" | "text" }
  | { kind: "list"; element: Type }
  | ObjectType
  | { kind: "candidate"; by: readonly string[] }
  | { kind: "either"; types: readonly Type[] };

/** An object whose fields are known. */
export interface ObjectType {
  kind: "object";
  /** What messages call it, e.g. "user.name" or "an element of user.emails". */
  name: string;
  fields: ReadonlyMap<string, Type>;
  /** The type of any other field. Undefined: there is none. */
  open: Type | undefined;
  /** A record may lack any of the fields; it reads as null then. */
  partial: boolean;
  /** Of a field's type: the keys that there must be. */
  required?: readonly string[];
}

export const UNKNOWN: Type = { kind: "unknown" };
export const NOTHING: Type = { kind: "nothing" };
export const NULL: Type = { kind: "null" };
export const FLAG: Type = { kind: "flag" };
export const NUMBER: Type = { kind: "number" };
export const TEXT: Type = { kind: "text" };

export function listOf(element: Type): Type {
  return { kind: "list", element };
}

export function orNull(type: Type): Type {
  return join(type, NULL);
}

/** Whether a value of the type may be null, as far as is known. */
export function mayBeNull(type: Type): boolean {
  return type.kind === "null" || (type.kind === "either" && type.types.some(mayBeNull));
}

/** The type without null; `nothing` where it is null alone. */
export function withoutNull(type: Type): Type {
  if (type.kind === "null") return NOTHING;
  if (type.kind !== "either") return type;
  return type.types.map(withoutNull).reduce(join, NOTHING);
}

/** The type of what has one type or the other. */
export function join(a: Type, b: Type): Type {
  if (a === b || b.kind === "nothing") return a;
  if (a.kind === "nothing") return b;
  if (a.kind === "unknown" || b.kind === "unknown") return UNKNOWN;
  if (a.kind === "either" || b.kind === "either") return joinAlternatives(a, b);
  if (a.kind !== b.kind) return { kind: "either", types: [a, b] };
  if (a.kind === "list" && b.kind === "list") {
    const element = join(a.element, b.element);
    return element === a.element ? a : listOf(element);
  }
  if (a.kind === "candidate" && b.kind === "candidate")
    return { kind: "candidate", by: [...new Set([...a.by, ...b.by])] };
  if (a.kind === "object" && b.kind === "object") return joinObjects(a, b);
  return a;
}

/** The very same type where the other one brings nothing new, so that joining many is not made anew each time. */
function joinAlternatives(a: Type, b: Type): Type {
  const known = alternativesOf(a);
  let types = known;
  for (const type of alternativesOf(b)) {
    const index = types.findIndex(({ kind }) => kind === type.kind);
    const present = types[index];
    if (!present) types = [...types, type];
    else {
      const joined = join(present, type);
      if (joined !== present) types = types.with(index, joined);
    }
  }
  return types === known ? a : { kind: "either", types };
}

/** The types that a value may have. */
export function alternativesOf(type: Type): readonly Type[] {
  return type.kind === "either" ? type.types : [type];
}

/** Whether one of the types that a value may have is one that is wanted. What fits none is certainly wrong. */
export function fits(type: Type, wanted: Type): boolean {
  return alternativesOf(type).some((one) => alternativesOf(wanted).some((other) => fitsOne(one, other)));
}

function fitsOne(type: Type, wanted: Type): boolean {
  if (type.kind === "unknown" || type.kind === "nothing" || wanted.kind === "unknown") return true;
  if (type.kind === "list" && wanted.kind === "list") return fits(type.element, wanted.element);
  return type.kind === wanted.kind;
}

/** A type in words, with its article: "text", "a list", "true or false". */
export function inWords(type: Type): string {
  switch (type.kind) {
    case "flag":
      return "true or false";
    case "number":
      return "a number";
    case "list":
      return ["unknown", "nothing"].includes(type.element.kind) ? "a list" : `a list of ${inPlural(type.element)}`;
    case "object":
      return "an object";
    case "candidate":
      return "a candidate";
    case "either":
      return type.types.map(inWords).join(" or ");
    case "unknown":
      return "a value";
    case "nothing":
      return "nothing";
    default:
      return type.kind;
  }
}

function inPlural(type: Type): string {
  const plurals: Partial<Record<Type["kind"], string>> = {
    text: "texts",
    number: "numbers",
    flag: "flags",
    list: "lists",
    object: "objects",
    candidate: "candidates",
  };
  return plurals[type.kind] ?? "values";
}

/** What joining two objects gave. Expressions that share their parts would have it worked out 2^n times. */
const joinedObjects = new WeakMap<ObjectType, WeakMap<ObjectType, ObjectType>>();

/** What both may have. */
function joinObjects(a: ObjectType, b: ObjectType): ObjectType {
  const known = joinedObjects.get(a) ?? new WeakMap<ObjectType, ObjectType>();
  joinedObjects.set(a, known);
  const joined = known.get(b) ?? joinFields(a, b);
  known.set(b, joined);
  return joined;
}

function joinFields(a: ObjectType, b: ObjectType): ObjectType {
  const fields = new Map<string, Type>();
  for (const name of new Set([...a.fields.keys(), ...b.fields.keys()]))
    fields.set(name, join(a.fields.get(name) ?? a.open ?? NULL, b.fields.get(name) ?? b.open ?? NULL));
  const open = a.open || b.open ? join(a.open ?? NULL, b.open ?? NULL) : undefined;
  const partial = a.partial || b.partial || a.fields.size !== fields.size || b.fields.size !== fields.size;
  const name = a.name === b.name ? a.name : "an object";
  const isSame = name === a.name && partial === a.partial && open === a.open && fields.size === a.fields.size;
  if (isSame && [...fields].every(([key, type]) => a.fields.get(key) === type)) return a;
  return withinSize({ kind: "object", name, fields, open, partial });
}

/** Fields of an object, those of the objects in it included, that are kept in mind. */
const SIZE_LIMIT = 500;
const sizes = new WeakMap<ObjectType, number>();

/**
 * The type of an object that an expression makes. Of one that is very large it is
 * forgotten what is in it: each could have the one before in it several times.
 */
export function withinSize(object: ObjectType): ObjectType {
  return sizeOf(object) > SIZE_LIMIT ? ANYTHING_IN_IT : object;
}

const ANYTHING_IN_IT: ObjectType = {
  kind: "object",
  name: "an object",
  fields: new Map(),
  open: UNKNOWN,
  partial: true,
};

function sizeOf(type: Type): number {
  if (type.kind === "list") return sizeOf(type.element);
  if (type.kind === "either") return type.types.reduce((sum, one) => sum + sizeOf(one), 0);
  if (type.kind !== "object") return 1;
  const known = sizes.get(type);
  if (known !== undefined) return known;
  let size = 1;
  for (const field of type.fields.values()) size += sizeOf(field);
  sizes.set(type, size);
  return size;
}
