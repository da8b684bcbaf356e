import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { ROUTES } from "../lambda/contract.ts";
import { API_KEY_SECRET_NAME } from "../local/function-environment.ts";
import { DEFAULT_FIRST_PORT } from "../local/settings.ts";

function readEvent(name: string) {
  return JSON.parse(readFileSync(`events/${name}`, "utf8"));
}

const EVENTS = readdirSync("events").filter((name) => !name.startsWith("env."));

describe("the events for sam local invoke", () => {
  test("are these", () => {
    expect(EVENTS.sort()).toEqual(["auth0-subject.json", "no-authorizer.json", "signed-in.json", "wrong-body.json"]);
  });

  test.each(EVENTS)("%s has the shape of payload format 2.0, for one of the routes", (name) => {
    const event = readEvent(name);
    const { http, routeKey } = event.requestContext;
    expect(event).toMatchObject({ version: "2.0", routeKey, rawPath: http.path, isBase64Encoded: false });
    expect(ROUTES.map(({ method, path }) => `${method} ${path}`)).toContain(routeKey);
    expect(routeKey).toBe(`${http.method} ${http.path}`);
    expect(event.headers["content-length"]).toBe(event.body && String(event.body.length));
  });

  test.each(EVENTS)("%s has its claims as text, as API Gateway hands them over", (name) => {
    const { claims = {} } = readEvent(name).requestContext.authorizer?.jwt ?? {};
    for (const value of Object.values(claims)) expect(typeof value).toBe("string");
  });

  test("differ in who asks, and for what", () => {
    expect(readEvent("signed-in.json").requestContext.authorizer.jwt.claims.sub).toBe("ada");
    expect(readEvent("no-authorizer.json").requestContext.authorizer).toBeUndefined();
    expect(readEvent("auth0-subject.json").requestContext.authorizer.jwt.claims.sub).toMatch(/^auth0\|/);
    expect(JSON.parse(readEvent("wrong-body.json").body)).toHaveProperty("externalId");
  });
});

describe("the example environment for sam local invoke", () => {
  test("leads from a container to the stand-ins of npm start", () => {
    expect(readEvent("env.example.json")).toEqual({
      Parameters: {
        MINDSET_API_HOST: `http://host.docker.internal:${DEFAULT_FIRST_PORT + 2}`,
        MINDSET_APP_UID: "local-app", // LOCAL_APP_UID of local/upstream.ts
        MINDSET_API_KEY_SECRET_ARN: API_KEY_SECRET_NAME,
        AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://host.docker.internal:${DEFAULT_FIRST_PORT + 3}`,
      },
    });
  });
});
