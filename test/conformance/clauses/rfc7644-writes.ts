import { type Clause, may, must, should } from "./clause.ts";

const merges =
  "By default PUT leaves alone what the body leaves out, since identity providers send part of a user. The connection's put_policy REPLACE follows the clause.";
const comesBack =
  "By default POST of an inactive user's name brings that user back, active and under its old id. The connection's create_conflict_policy CONFLICT follows the clause.";
const echoes =
  "In a value without a path, readOnly attributes are ignored: Okta sends the group's id with every rename. By a path, they are refused.";

/** RFC 7644 sections 3.3, 3.5 and 3.6: creating, replacing, changing and deleting. */
export const writeClauses: readonly Clause[] = [
  must("7644-3.3-a", "What the client says of readOnly attributes is ignored."),
  must("7644-3.3-b", "A created resource is 201, with its address in Location and meta.location."),
  should("7644-3.3-c", "The answer has the resource as the server keeps it."),
  must("7644-3.3-d", "A resource that collides with another one is 409 uniqueness.", { decision: comesBack }),
  must("7644-3.3-e", "The server sets meta.resourceType by the endpoint."),
  must("7644-3.3-f", "A resource without a required attribute is refused."),
  may("7644-3.3-g", "A client may leave out every attribute that is not required."),

  must("7644-3.5.1-a", "PUT of a readWrite or writeOnly attribute replaces its value."),
  may("7644-3.5.1-b", "PUT clears what the body leaves out.", { decision: merges }),
  must("7644-3.5.1-c", "PUT of an immutable attribute that has a value needs the same value, else 400 mutability."),
  must("7644-3.5.1-d", "PUT of an immutable attribute without a value sets it."),
  must("7644-3.5.1-e", "What PUT says of readOnly attributes is ignored."),
  must("7644-3.5.1-f", "PUT never creates a resource."),
  must("7644-3.5.1-g", "PUT answers 200 with the whole resource."),
  must("7644-3.5.1-h", "PUT of a value that another resource must not share is 409 uniqueness."),
  must("7644-3.5.1-i", "PUT without a required attribute is refused.", { decision: merges }),
  must("7644-3.5.1-j", "A PUT that is refused changes nothing."),

  should("7644-3.5.2-a", "PATCH is offered, and ServiceProviderConfig says so."),
  must("7644-3.5.2-b", "The body is a PatchOp message with operations, each add, remove or replace."),
  must("7644-3.5.2-m", "There is at least one operation.", {
    decision: "An empty list is answered as a change of nothing: clients that compute differences send one.",
  }),
  must("7644-3.5.2-c", "Operations are applied in their order, each to what the one before has left."),
  must("7644-3.5.2-d", "Where one operation fails, none is applied."),
  must("7644-3.5.2-e", "Making a value primary makes all others of the attribute not primary."),
  must("7644-3.5.2-f", "A change of a readOnly attribute is 400 mutability.", { decision: echoes }),
  may("7644-3.5.2-g", "An immutable attribute without a value may be given one, and then never changed."),
  must("7644-3.5.2-h", "The answer is 200 with the resource, or 204."),
  must("7644-3.5.2-i", "The answer is 200 with the resource where the request has `attributes`."),
  must("7644-3.5.2-j", "A path that is malformed or leads nowhere is 400 invalidPath."),
  must("7644-3.5.2-k", "A value of another type than the schema's is 400 invalidValue."),
  must("7644-3.5.2-l", "A path is an attribute, a sub-attribute or a value path with or without a sub-attribute."),

  must("7644-3.5.2.1-a", "add: an operation without a value is refused."),
  must("7644-3.5.2.1-b", "add without a path: the value has the attributes that are to be added."),
  must("7644-3.5.2.1-c", "add: an attribute without a value gets it."),
  must("7644-3.5.2.1-d", "add: sub-attributes of a complex attribute are set, the others stay."),
  must("7644-3.5.2.1-e", "add: a multi-valued attribute gets the value in addition."),
  must("7644-3.5.2.1-f", "add: a single value is replaced."),
  should("7644-3.5.2.1-g", "add: a value that is there already is a success that changes nothing."),
  must("7644-3.5.2.1-h", "add: a value that is there already leaves meta.lastModified as it was."),

  must("7644-3.5.2.2-a", "remove without a path is 400 noTarget."),
  must("7644-3.5.2.2-b", "remove: a single value is gone, and the attribute without a value."),
  must("7644-3.5.2.2-c", "remove: a multi-valued attribute loses all values."),
  must("7644-3.5.2.2-d", "remove: a filter takes away the values that it matches and no others."),
  must("7644-3.5.2.2-e", "remove: an attribute whose last value goes has no value."),
  must("7644-3.5.2.2-f", "remove: a sub-attribute goes from the values that the filter matches."),
  must("7644-3.5.2.2-g", "remove of a required or readOnly attribute is 400 mutability."),

  must("7644-3.5.2.3-a", "replace without a path: the value has the attributes that are to be replaced."),
  must("7644-3.5.2.3-b", "replace: a single value is replaced."),
  must("7644-3.5.2.3-c", "replace: all values of a multi-valued attribute are replaced."),
  must("7644-3.5.2.3-d", "replace of an attribute without a value is an add."),
  must("7644-3.5.2.3-e", "replace: sub-attributes that the value names are replaced, the others stay."),
  must("7644-3.5.2.3-f", "replace: the values that a filter matches are replaced."),
  must("7644-3.5.2.3-g", "replace: a sub-attribute of the values that a filter matches is replaced."),
  must("7644-3.5.2.3-h", "replace: a filter that matches nothing is 400 noTarget."),

  must("7644-3.6-a", "DELETE answers 204."),
  must("7644-3.6-b", "A deleted resource is 404 by every method."),
  must("7644-3.6-c", "No query finds a deleted resource."),
  should("7644-3.6-d", "A deleted resource collides with nothing."),
];
