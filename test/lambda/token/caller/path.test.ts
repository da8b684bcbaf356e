import { describe, expect, test } from "@jest/globals";
import { assertPathIsCallers } from "../../../../lambda/token/caller/path.ts";
import { tokenEvent } from "../../../support/events.ts";

describe("an id in the path", () => {
  const caller = { subject: "auth0|ada", mindsetUser: { externalId: "x--e1-auth0_7cada" }, name: undefined };
  function assertFor(currentUserId: string) {
    return assertPathIsCallers(tokenEvent({}, { currentUserId }), caller);
  }

  test("is checked on every route that has one, such as a default route", () => {
    const event = { ...tokenEvent({}, { currentUserId: "auth0|grace" }), routeKey: "$default" };
    expect(() => assertPathIsCallers(event, caller)).toThrow(expect.objectContaining({ code: "IDENTITY_MISMATCH" }));
  });

  test("is the caller's own when it is the same text, even if it cannot be decoded", () => {
    expect(() =>
      assertPathIsCallers(tokenEvent({}, { currentUserId: "100%" }), { ...caller, subject: "100%" }),
    ).not.toThrow();
  });

  test.each([["auth0|ada"], ["auth0%7Cada"], ["x--e1-auth0_7cada"]])("%s is the caller's own", (id) => {
    expect(() => assertFor(id)).not.toThrow();
  });

  test.each([["auth0|grace"], ["AUTH0|ADA"], ["ada"], [""], ["%"], ["auth0%257Cada"], ["auth0|ada "]])(
    "fails with IDENTITY_MISMATCH (403) for %j",
    (id) => {
      expect(() => assertFor(id)).toThrow(expect.objectContaining({ code: "IDENTITY_MISMATCH", status: 403 }));
    },
  );

  test("fails with IDENTITY_MISMATCH (403) when the route has an id and the event does not", () => {
    const { pathParameters, ...event } = tokenEvent({}, { currentUserId: "auth0|ada" });
    expect(pathParameters).toBeDefined();
    expect(() => assertPathIsCallers(event, caller)).toThrow(expect.objectContaining({ code: "IDENTITY_MISMATCH" }));
  });

  test("is not asked for on the other routes", () => {
    expect(() => assertPathIsCallers(tokenEvent({}), caller)).not.toThrow();
  });
});
