import { describe, expect, test } from "@jest/globals";
import { parseTokenRequest } from "../../../../lambda/token/http/token-request.ts";

function refusal(body: unknown) {
  try {
    parseTokenRequest(body);
  } catch (error) {
    return error as { code: string; status: number; message: string; publicMessage: string };
  }
  throw new Error("The body was accepted.");
}

describe("a body", () => {
  test("may name the user", () => {
    expect(parseTokenRequest({ name: " Ada Lovelace " })).toEqual({ name: "Ada Lovelace" });
  });

  test.each([[undefined], [{}], [{ name: null }], [{ name: "  " }]])("may leave the name out (%j)", (body) => {
    expect(parseTokenRequest(body)).toEqual({ name: undefined });
  });

  test.each([["externalId"], ["userEmail"], ["email"], ["accountUids"], ["externalTenantId"]])(
    "fails with INVALID_REQUEST (400) that says where identity comes from, for %s",
    (field) => {
      const { code, status, message } = refusal({ color: "red", [field]: "x" });
      expect({ code, status }).toEqual({ code: "INVALID_REQUEST", status: 400 });
      expect(message).toBe(`Remove the field "${field}": identity comes from the sign-in, not the body.`);
    },
  );

  test("fails with INVALID_REQUEST (400) naming an unknown field", () => {
    expect(refusal({ name: "Ada", color: "red" }).publicMessage).toBe(
      'Remove the field "color": the body may only hold "name".',
    );
    expect(refusal(JSON.parse('{"__proto__":{"externalId":"x"}}')).publicMessage).toContain("__proto__");
  });

  test("fails without repeating a field name that may hold anything", () => {
    const others = 'Remove every other field: the body may only hold "name".';
    expect(refusal({ "ada@example.com": 1 }).publicMessage).toBe(others);
    expect(refusal({ ["k".repeat(65)]: 1 }).publicMessage).toBe(others);
    expect(refusal({ color: 1 }).message).toBe('The body has a field other than "name".');
  });

  test.each([[null], ["text"], [7], [true], [[]], [[{ name: "Ada" }]]])(
    "fails with INVALID_REQUEST (400) for %j",
    (body) => {
      const message = expect.stringContaining("Send a JSON object");
      expect(refusal(body)).toMatchObject({ code: "INVALID_REQUEST", status: 400, message });
    },
  );

  test.each([[7], [["Ada"]], [{}]])("fails with INVALID_REQUEST (400) when name is %j", (name) => {
    expect(refusal({ name }).message).toBe('The field "name" must be a string or null.');
  });
});
