import { describe, expect, test } from "@jest/globals";
import { PROVIDERS } from "../../lib/config/sign-in/providers.ts";
import { exampleStack, resourceOf, resourcesOf } from "../support/stack/synth.ts";
import { read } from "./markdown.ts";

const [, examples = ""] = read("docs/sign-in.md").split("## Examples");
const sections = examples.split(/^## /m)[0]?.split(/^### /m).slice(1) ?? [];

describe("an example in docs/sign-in.md", () => {
  test.each(sections.map((section) => [section.split("\n")[0], section]))("deploys for %s", (_, section = "") => {
    const settings = [...section.matchAll(/```json\n([\s\S]*?)```/g)].map(([, json = ""]) => JSON.parse(json));
    expect(settings.length).toBeGreaterThan(0);
    for (const changes of settings) {
      const stack = exampleStack(changes);
      const { AuthorizerType } = resourceOf(stack, "AWS::ApiGatewayV2::Authorizer").Properties;
      expect(AuthorizerType).toBe(changes.signIn.type ? "REQUEST" : "JWT");
      for (const { Properties } of resourcesOf(stack, "AWS::ApiGatewayV2::Route")) {
        expect(Properties.AuthorizerId).toBeDefined();
      }
    }
  });

  test("exists for each provider that the configuration knows, and for each kind of session", () => {
    const names = sections.map((section) => section.split("\n")[0]);
    const sessions = ["better-auth", "Auth.js", "express-session", "Laravel Sanctum", "Django", "Rails"];
    expect(names).toEqual(expect.arrayContaining([...PROVIDERS.map(({ name }) => name), ...sessions]));
  });
});
