/** A kind of token, by its scope. */
export type Scope = "scim" | "read" | "write" | "administrator" | "owner" | "operator" | "service";

/** Who may call a method. */
export interface Access {
  may: Scope[];
  /** Of the others, those who must not: about the rest the contract says nothing. */
  mayNot: Scope[];
}

const bound: Scope[] = ["scim", "read", "write", "administrator", "owner"];
export const unbound: Scope[] = ["operator", "service"];

export const forOperators: Access = { may: ["operator"], mayNot: [...bound, "service"] };
export const forServices: Access = { may: ["service"], mayNot: [...bound, "operator"] };
export const forOwners: Access = { may: ["owner"], mayNot: ["scim", "read", "write", "administrator", ...unbound] };
export const forOwnersAndOperators: Access = {
  may: ["owner", "operator"],
  mayNot: ["scim", "read", "write", "administrator", "service"],
};
export const forAdministrators: Access = {
  may: ["administrator", "owner"],
  mayNot: ["scim", "read", "write", ...unbound],
};
export const forReaders: Access = { may: ["read", "administrator", "owner"], mayNot: ["scim", ...unbound] };
export const forWriters: Access = {
  may: ["write", "administrator", "owner"],
  mayNot: ["scim", "read", ...unbound],
};
export const forScim: Access = { may: ["scim"], mayNot: ["read", "write", ...unbound] };
