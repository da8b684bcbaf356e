/** Entry of a separate process: one instance of the function, which can be frozen and whose clock can be set ahead. */
import type { Answer } from "../../support/function.ts";

/** What the process receives: an event, or how far its clock is ahead. */
export type Order = { id: number; event: unknown } | { aheadMs: number };

/** What it sends: the answer to an event. */
export interface Answered {
  id: number;
  answer: Answer;
}

const { now } = Date;
let aheadMs = 0;
Date.now = () => now() + aheadMs;

const { handler } = await import("../../../lambda/token/index.ts"); // takes its clock from here, so not before
process.on("message", async (order: Order) => {
  if ("aheadMs" in order) {
    aheadMs = order.aheadMs;
    return;
  }
  const context = { awsRequestId: "aws-1", getRemainingTimeInMillis: () => 15_000 };
  const answer = await handler(order.event as never, context as never);
  process.send?.({ id: order.id, answer } satisfies Answered);
});
process.on("disconnect", () => process.exit()); // the parent has ended
