import { describe, expect, test } from "@jest/globals";
import { deploymentOf } from "../../../bin/set-key/deployment.ts";
import { parseSetKeyOptions } from "../../../bin/set-key/settings.ts";

const dev = { apiHost: "a.api.mindset.ai" };
const prod = { apiHost: "b.api.mindset.ai" };
const mindset = { appUid: "my-app", environments: { dev, prod } };

function deploymentFor(...args: string[]) {
  return deploymentOf({ mindset }, parseSetKeyOptions(args, {}));
}

describe("the deployment that set-key stores a key for", () => {
  test("is the environment that --env names", async () => {
    expect(await deploymentFor("--env", "prod")).toEqual({ appUid: "my-app", ...prod });
  });

  test("needs no environment when the command line has host and application", async () => {
    expect(await deploymentFor("--api-host", "b.api.mindset.ai", "--app-uid", "my-app")).toMatchObject(mindset);
  });

  test("is what cdk.json has when there are no environments", async () => {
    expect(await deploymentOf({ mindset: dev }, parseSetKeyOptions([], {}))).toBe(dev);
    expect(await deploymentOf({}, parseSetKeyOptions([], {}))).toBeUndefined();
  });

  test.each([
    ["without --env", [], "env is missing"],
    ["for an unknown environment", ["--env", "staging"], "env is not an environment"],
  ])("fails %s, and says how to choose one", async (_, args, problem) => {
    const failure = expect(deploymentFor(...args)).rejects;
    await failure.toMatchObject({ name: "SetKeyError", message: expect.stringContaining(problem) });
    await failure.toThrow("npm run set-key, --env NAME");
  });
});
