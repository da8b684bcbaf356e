import { expect, test } from "@jest/globals";
import { EventStreamSerde, eventStreamSerdeProvider } from "../../../lambda/aws-sdk/event-streams.ts";

test("fails when the SDK asks for event streams after all", () => {
  expect(eventStreamSerdeProvider()).toBeUndefined();
  expect(() => new EventStreamSerde()).toThrow("no event streams");
});
