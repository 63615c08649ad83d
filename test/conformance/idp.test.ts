import { beforeAll, describe, it } from "vitest";
import { startTestStack, type TestStack } from "../e2e/stack.ts";
import { conversationFiles } from "./idp/conversations.ts";
import { replay } from "./idp/replay.ts";

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack();
  return () => stack.stop();
});

for (const recording of conversationFiles())
  describe(recording.client, () => {
    for (const conversation of recording.conversations)
      it(conversation.name, async () => replay(await stack.newAccount(), recording, conversation));
  });
