import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { API_KEY_PLACEHOLDER, PUBLIC_ERRORS, type PublicErrorCode } from "../../lambda/contract.ts";
import { tokenEvent } from "../support/events.ts";
import { type Answer, startEnvironment } from "./environment.ts";

let service: Awaited<ReturnType<typeof startEnvironment>>;
beforeAll(async () => {
  service = await startEnvironment();
}, 60_000);
afterEach(() => service.reset());
afterAll(() => service?.close());

describe("the events for sam local invoke", () => {
  test.each([
    ["signed-in.json", 200, { authToken: expect.any(String) }, "ada"],
    ["auth0-subject.json", 200, { authToken: expect.any(String) }, "x--e1-auth0_7c5f7c8ec7c33c6c004bbafe82"],
    ["no-authorizer.json", 401, { code: "UNAUTHENTICATED" }, undefined],
    ["wrong-body.json", 400, { code: "INVALID_REQUEST" }, undefined],
  ])("%s is answered with %i", async (file, status, body, externalId) => {
    const instance = await service.coldStart();
    const answer = (await instance.invoke(JSON.parse(readFileSync(`events/${file}`, "utf8")))) as Answer;

    expect(answer.statusCode).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject(body);
    expect(answer.headers["cache-control"]).toBe("no-store");
    const upstream = service.mindset.requests.map((request) => JSON.parse(String(request.body)).externalId);
    expect(upstream).toEqual(externalId ? [externalId] : []);
    expect(instance.complaints()).toEqual([]);
  });
});

interface Failure {
  event?: unknown;
  environment?: Record<string, string>;
  setUp?: () => unknown;
}

/** Makes the function itself fail where nothing could: Node's https is broken before the function is loaded. */
const SABOTAGE = `--import=data:text/javascript,${encodeURIComponent(
  'import https from "node:https"; https.request = () => { throw new TypeError("sabotage"); };',
)}`;

const failures: Record<PublicErrorCode, Failure> = {
  UNAUTHENTICATED: { event: tokenEvent(undefined) },
  IDENTITY_UNMAPPABLE: { event: tokenEvent({ name: "Ada" }) },
  NOT_A_USER_TOKEN: { event: tokenEvent({ sub: "batch@clients" }) },
  EMAIL_NOT_VERIFIED: {
    event: tokenEvent({ sub: "ada", email: "ada@example.com", email_verified: "false" }),
    environment: { IDENTITY_FIELD: "userEmail" },
  },
  IDENTITY_MISMATCH: { event: tokenEvent({ sub: "ada" }, { method: "GET", currentUserId: "grace" }) },
  INVALID_REQUEST: { event: tokenEvent({ sub: "ada" }, { body: "{" }) },
  SERVICE_MISCONFIGURED: { setUp: () => service.setSecret(API_KEY_PLACEHOLDER) },
  INTERNAL: { environment: { NODE_OPTIONS: SABOTAGE } },
  UPSTREAM_ERROR: { setUp: () => service.mindset.faults.set({ fault: "status-403" }) },
  UPSTREAM_UNREACHABLE: { setUp: () => service.mindset.faults.set({ fault: "reset" }) },
  UPSTREAM_UNAVAILABLE: { setUp: () => service.mindset.faults.set({ fault: "status-503" }) },
  UPSTREAM_RATE_LIMITED: { setUp: () => service.mindset.faults.set({ fault: "status-429" }) },
  SECRET_UNAVAILABLE: { setUp: () => service.secretsManager.fail({ error: "InternalServiceError", status: 500 }) },
  UPSTREAM_TIMEOUT: { setUp: () => service.mindset.faults.set({ fault: "silence" }) },
};

describe("every error code", () => {
  test.each(Object.entries(failures))(
    "%s",
    async (code, { event = tokenEvent({ sub: "ada" }), environment, setUp }) => {
      setUp?.();
      const instance = await service.coldStart(environment);
      const answer = (await instance.invoke(event)) as Answer;

      const { status, retryable } = PUBLIC_ERRORS[code as PublicErrorCode];
      expect(answer.statusCode).toBe(status);
      expect(JSON.parse(answer.body)).toMatchObject({ code, retryable });
      const outcome = status < 500 ? "refused" : "failed";
      expect(instance.log()).toContainEqual(expect.objectContaining({ outcome, status }));
      expect(instance.complaints()).toEqual([]);
    },
    20_000,
  );
});
