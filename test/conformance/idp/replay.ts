import { expect } from "vitest";
import { converse, type Step } from "../../e2e/conversation.ts";
import type { Account } from "../../e2e/stack.ts";
import type { Conversation, RecordedStep, Recording } from "./conversations.ts";

/** Has a recorded conversation with an account. */
export async function replay(account: Account, recording: Recording, conversation: Conversation): Promise<void> {
  for (const name of conversation.organizations ?? []) await account.createOrganization(name);
  await converse(
    account,
    conversation.steps.map((step) => toStep(step, recording.headers)),
  );
}

function toStep({ request, response, createOrganization, ...rest }: RecordedStep, headers: Recording["headers"]): Step {
  return {
    ...rest,
    ...response,
    ...(response?.body && { body: withMatchers(response.body) as object }),
    ...(request && {
      send: [request.method, request.path, request.body],
      headers: { ...headers, ...request.headers },
    }),
    ...(createOrganization !== undefined && { act: (account) => account.createOrganization(createOrganization) }),
  };
}

/** The value with matchers in place of the objects that stand for them. */
function withMatchers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withMatchers);
  if (value === null || typeof value !== "object") return value;
  const [[key, argument] = ["", undefined], ...others] = Object.entries(value);
  if (others.length === 0 && Object.hasOwn(MATCHERS, key)) return MATCHERS[key]?.(argument);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withMatchers(inner)]));
}

const MATCHERS: Record<string, (argument: unknown) => unknown> = {
  $any: (type) => expect.toSatisfy((value) => typeof value === type, `a ${type}`),
  $containing: (part) =>
    Array.isArray(part) ? expect.arrayContaining(part.map(elementMatcher)) : expect.stringContaining(part as string),
  $matching: (pattern) => expect.stringMatching(pattern as string),
  $below: (bound) => expect.toSatisfy((value) => (value as number) < (bound as number), `below ${bound}`),
};

/** Objects in a list are told by the attributes that are named of them. */
function elementMatcher(element: unknown): unknown {
  const inner = withMatchers(element);
  return inner !== null && typeof inner === "object" ? expect.objectContaining(inner) : inner;
}
