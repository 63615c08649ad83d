import { beforeAll, describe, it } from "vitest";
import { type SharedTestStack, sharedTestStack } from "../e2e/stack.ts";
import { conversationFiles } from "./idp/conversations.ts";
import { replay } from "./idp/replay.ts";

let stack: SharedTestStack;

beforeAll(async () => {
  stack = await sharedTestStack();
  return () => stack.stop();
});

for (const recording of conversationFiles())
  describe(recording.client, () => {
    for (const conversation of recording.conversations)
      it(conversation.name, async () => replay(await stack.newAccount(), recording, conversation));
  });
