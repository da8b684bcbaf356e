import { beforeAll, describe, expect, test } from "@jest/globals";
import { Template } from "aws-cdk-lib/assertions";
import { resolveParameters } from "../../../bin/doctor/resolve-parameters.ts";
import type { DeploymentConfig } from "../../../lib/config/deployment-config.ts";
import type { DeploymentConfigError } from "../../../lib/config/parse.ts";
import { isJwt, type SignIn } from "../../../lib/config/sign-in/types.ts";
import { inlineCode } from "../../../lib/functions/code.ts";
import { type Template as CfnTemplate, createTemplate } from "../../../lib/template/template.ts";
import { context, EXAMPLE, exampleStack, ISSUER, OWN_ARN, PAGES, SIGN_INS } from "../../support/stack/synth.ts";

// biome-ignore lint/suspicious/noExplicitAny: templates are JSON of many shapes
type Json = any;

function templateOf(settings: object): Json {
  return JSON.parse(createTemplate({ ...context, mindset: settings }).text);
}

function requiredIn({ parameters }: CfnTemplate): string[] {
  return Object.keys(parameters).filter((name) => parameters[name]?.default === undefined);
}

function functionsOf(template: Json): Json[] {
  return Object.values<Json>(template.Resources)
    .filter(({ Type }) => Type === "AWS::Lambda::Function")
    .map(({ Properties }) => Properties);
}

const MORE: Partial<DeploymentConfig> = {
  allowedOrigins: PAGES,
  throttle: { rateLimit: 7, burstLimit: 9 },
  alarmTopicArn: "arn:aws:sns:eu-west-1:123456789012:on-call",
  apiKeySecretArn: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:mindset-a1B2c3",
  kmsKeyArn: "arn:aws:kms:eu-west-1:123456789012:key/0a1b2c3d-0000-4000-8000-0123456789ab",
  identityClaim: "uid",
  dashboard: true,
  tracing: true,
  vpc: { subnetIds: ["subnet-0a1b2c3d"], securityGroupIds: ["sg-0a1b2c3d"] },
  customDomain: {
    domainName: "api.example.com",
    certificateArn: "arn:aws:acm:eu-west-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-0123456789ab",
  },
};
const TWO_ISSUERS: SignIn = {
  type: "oidc",
  issuers: [ISSUER, { issuer: "https://partner.example.com/", audience: ["app"], alias: "partner" }],
};

const CONFIGURATIONS: Record<string, Partial<DeploymentConfig>> = {
  ...Object.fromEntries(
    Object.entries(SIGN_INS).map(([name, signIn]) => [
      name,
      { signIn, allowedOrigins: [...PAGES, "https://b.example"] },
    ]),
  ),
  "jwt without origins, scopes and alarm topic": { signIn: ISSUER },
  "jwt with every option": { signIn: { ...ISSUER, audience: ["a", "b"], scopes: ["c", "d"] }, ...MORE },
  "oidc with audiences and scopes": {
    signIn: { type: "oidc", issuers: [{ ...ISSUER, audience: ["a", "b"], scopes: ["c", "d"] }] },
  },
  "oidc with two issuers": { signIn: TWO_ISSUERS },
};

/** Values other than the defaults, and the settings with these values. */
const OTHER_VALUES = {
  ApiHost: "b.api.mindset.ai",
  AppUid: "other-app",
  Issuer: "https://other.example.com/",
  Audience: "other-a,other-b",
  Scopes: "other-c,other-d",
  UserinfoUrl: "https://other.example.com/me",
  AuthorizerArn: `${OWN_ARN}:other`,
  AllowedOrigins: "https://other-a.example,https://other-b.example",
  RateLimit: "11",
  BurstLimit: "12",
  AlarmTopicArn: "arn:aws:sns:eu-west-1:123456789012:other",
  ExistingSecretArn: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:other-d4E5f6",
};
function withOtherValues({ signIn = EXAMPLE.signIn, ...changes }: Partial<DeploymentConfig>) {
  return {
    ...changes,
    signIn: otherSignIn(signIn),
    apiHost: OTHER_VALUES.ApiHost,
    appUid: OTHER_VALUES.AppUid,
    allowedOrigins: OTHER_VALUES.AllowedOrigins.split(","),
    throttle: { rateLimit: 11, burstLimit: 12 },
    alarmTopicArn: OTHER_VALUES.AlarmTopicArn,
    apiKeySecretArn: changes.apiKeySecretArn && OTHER_VALUES.ExistingSecretArn,
  };
}
function otherSignIn(signIn: SignIn): SignIn {
  const issuer = { issuer: OTHER_VALUES.Issuer, audience: OTHER_VALUES.Audience.split(",") };
  const scopes = OTHER_VALUES.Scopes.split(",");
  if (signIn.type === "userinfo") return { ...signIn, url: OTHER_VALUES.UserinfoUrl };
  if (signIn.type === "lambda") return { ...signIn, authorizerArn: OTHER_VALUES.AuthorizerArn };
  if (signIn.type !== "oidc") return { ...signIn, ...issuer, scopes };
  const [first, ...others] = signIn.issuers;
  if (others.length > 0) return signIn;
  return { ...signIn, issuers: [{ ...first, ...issuer, scopes: first?.scopes && scopes }] };
}

describe.each(Object.entries(CONFIGURATIONS))("the template for %s", (_, changes) => {
  const template = templateOf({ ...EXAMPLE, ...changes });

  test("deployed with its defaults, is what cdk synth makes, with the code inline", () => {
    expect(deploy(template)).toEqual(synthesized(changes));
  });

  test("deployed with other values, is what cdk synth makes of these settings", () => {
    expect(OTHER_VALUES).toMatchObject(mapValues(template.Parameters, () => expect.any(String)));
    expect(deploy(template, OTHER_VALUES)).toEqual(synthesized(withOtherValues(changes)));
  });

  test("deployed without the optional values, is what cdk synth makes without these settings", () => {
    const empty = mapValues(template.Parameters, ({ AllowedPattern = "." }) =>
      new RegExp(AllowedPattern).test("") ? "" : undefined,
    );
    const { signIn = EXAMPLE.signIn } = changes;
    expect(deploy(template, empty)).toEqual(
      synthesized({
        ...changes,
        alarmTopicArn: undefined,
        allowedOrigins: empty.AllowedOrigins === "" ? undefined : changes.allowedOrigins,
        signIn: isJwt(signIn) ? { ...signIn, scopes: undefined } : signIn,
      }),
    );
  });
});

test("a template that allows any host takes it from its parameter", () => {
  const changes = { allowAnyApiHost: true };
  const ApiHost = "mindset.example.com";
  expect(deploy(templateOf({ ...EXAMPLE, ...changes }), { ApiHost })).toEqual(
    synthesized({ ...changes, apiHost: ApiHost }),
  );
});

describe("a template without settings", () => {
  let text: string;
  let template: Json;
  beforeAll(() => {
    ({ text } = createTemplate(context));
    template = JSON.parse(text);
  });

  test("is for jwt, and asks for what only you can know", () => {
    const written = createTemplate(context);
    expect(requiredIn(written)).toEqual(["ApiHost", "AppUid", "Issuer", "Audience"]);
    expect(written.warnings).toEqual([]);
  });

  test("has no value of an example", () => {
    expect(withoutCode(template).match(/.{20}example.{20}/)).toBeNull();
  });

  test("needs no assets, no bootstrap and nothing else of CDK", () => {
    expect(Object.keys(template).sort()).toEqual(
      ["Conditions", "Description", "Metadata", "Outputs", "Parameters", "Resources"].sort(),
    );
    for (const { Code } of functionsOf(template)) expect(Object.keys(Code)).toEqual(["ZipFile"]);
    expect(text.includes("BootstrapVersion")).toBe(false);
    expect(withoutCode(template)).not.toMatch(/AssetParameters|aws:cdk:|CDKMetadata|cdk_nag|S3Bucket/);
  });

  test("is ASCII, far below CloudFormation's limit of 1 MB, and has no dynamic reference", () => {
    expect(text).toMatch(/^[\n\x20-\x7e]*$/);
    expect(text.length).toBeLessThan(400_000);
    expect(text).not.toContain("{{resolve:");
  });

  test("says for each parameter what it is and what it must be", () => {
    const parameters = Object.values<Json>(template.Parameters);
    expect(parameters.every(({ Description, ConstraintDescription }) => Description && ConstraintDescription)).toBe(
      true,
    );
    expect(parameters.every(({ AllowedPattern, MaxValue }) => AllowedPattern || MaxValue)).toBe(true);
  });
});

test("the inline code is the code of the assets, byte for byte", () => {
  const codes = functionsOf(templateOf({ signIn: { type: "oidc" } })).map(({ Code }) => Code.ZipFile);
  expect(codes.sort()).toEqual([inlineCode("token"), inlineCode("authorizer")].sort());
});

test("values in the settings are defaults", () => {
  const { Parameters } = templateOf({ ...EXAMPLE, ...MORE });
  const defaults = Object.entries<Json>(Parameters).map(([name, { Default }]) => [name, Default]);
  expect(Object.fromEntries(defaults)).toEqual({
    ApiHost: "a.api.mindset.ai",
    AppUid: "example-app",
    Issuer: "https://login.example.com/",
    Audience: "mindset-token-endpoint",
    Scopes: "mindset:token",
    AllowedOrigins: "https://app.example.com",
    RateLimit: 7,
    BurstLimit: 9,
    AlarmTopicArn: MORE.alarmTopicArn,
    ExistingSecretArn: MORE.apiKeySecretArn,
  });
});

test("pages that send cookies need an origin", () => {
  const settings = { mindset: { ...EXAMPLE, signIn: SIGN_INS["userinfo with cookies"] } };
  const written = createTemplate({ ...context, ...settings });
  expect(requiredIn(written)).toEqual(["AllowedOrigins"]);
  expect(written.warnings).toEqual([expect.stringMatching(/^signIn uses cookies: .*below it\.$/)]);
});

test("an environment's settings replace the common ones", () => {
  const mindset = { ...EXAMPLE, environments: { prod: { appUid: "acme" } } };
  const { text } = createTemplate({ ...context, mindset, env: "prod" });
  expect(JSON.parse(text).Parameters.AppUid.Default).toBe("acme");
});

describe("fails", () => {
  function problemsOf(mindset: unknown) {
    try {
      return createTemplate({ ...context, mindset }).text;
    } catch (error) {
      return (error as DeploymentConfigError).problems;
    }
  }

  test("with every problem of the settings, as cdk synth", () => {
    expect(problemsOf({ apiHost: "example.com", apihost: 1, signIn: { type: "userinfo" }, grants: {} })).toEqual([
      expect.stringMatching(/^signIn.forward is missing/),
      expect.stringMatching(/^signIn.subject is missing/),
      expect.stringMatching(/^apihost is not a setting/),
      expect.stringMatching(/^apiHost is not one of Mindset's hosts/),
      expect.stringMatching(/^grants is not possible in a template/),
    ]);
  });

  test.each([["text"], [{ signIn: "jwt" }], [{ signIn: null }]])("for %j", (mindset) => {
    expect(problemsOf(mindset)).toEqual([expect.stringMatching(/ must be an object/)]);
  });

  test("for grants, which a template cannot carry", () => {
    expect(problemsOf({ ...EXAMPLE, grants: { accountUids: ["account-0123456789-abcdef"] } })).toEqual([
      expect.stringMatching(/^grants is not possible in a template, .* npx cdk deploy\.$/),
    ]);
  });

  test("for an audience that a provider shares, whatever the issuer", () => {
    expect(problemsOf({ signIn: { audience: "account" } })).toEqual([
      expect.stringMatching(/^signIn.audience "account": the parameter Audience must be audiences of your own/),
    ]);
  });

  test("for a value that the parameter would take for two", () => {
    expect(problemsOf({ ...EXAMPLE, signIn: { ...ISSUER, audience: "a,b" } })).toEqual([
      expect.stringMatching(/^signIn.audience "a,b": the parameter Audience must be .* Use an audience of your own\.$/),
    ]);
    expect(problemsOf({ ...EXAMPLE, signIn: { ...ISSUER, scopes: ["a", "b,c"] } })).toEqual([
      expect.stringMatching(
        /^signIn.scopes "b,c": the parameter Scopes must be .* Only npx cdk deploy accepts this value\.$/,
      ),
    ]);
  });
});

/** Resources and outputs, without the functions' code, as text. */
function withoutCode({ Resources, Outputs }: Json): string {
  return JSON.stringify({ Resources, Outputs }, (key, value) => (key === "ZipFile" ? undefined : value));
}

function synthesized(changes: Partial<DeploymentConfig>): Json {
  const { Resources, Outputs } = Template.fromStack(exampleStack(changes)).toJSON();
  const { SetApiKeyCommand: _, ...outputs } = Outputs; // needs this repository
  return normalize({ Resources, Outputs: outputs });
}

/** What CloudFormation makes of a template with these values of its parameters, else with their defaults. */
function deploy(template: Json, values: Record<string, string | undefined> = {}): Json {
  const { Resources, Outputs } = normalize(resolveParameters({ template, values }));
  const text = JSON.stringify({ Resources, Outputs });
  return JSON.parse(text.replaceAll('{"Ref":"AWS::StackName"}', '"MindsetTokenEndpoint"'));
}

function mapValues<T>(record: Record<string, Json>, map: (value: Json) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

/** Joins what is known, and takes out the code. */
function normalize(value: Json): Json {
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries<Json>(value).map(([key, item]) => [key, normalize(item)]);
  const normal = Array.isArray(value) ? value.map(normalize) : Object.fromEntries(entries);
  if (normal.ZipFile) return { ZipFile: "code" };
  if (typeof normal["Fn::Split"]?.[1] === "string") return normal["Fn::Split"][1].split(normal["Fn::Split"][0]);
  if (Array.isArray(normal["Fn::Select"]?.[1])) return normal["Fn::Select"][1][normal["Fn::Select"][0]];
  return join(normal);
}

function join(value: Json): Json {
  const [separator, parts] = value?.["Fn::Join"] ?? [];
  if (!parts) return value;
  const joined: Json[] = [];
  const flat = parts.flatMap((part: Json, index: number) => (index > 0 && separator ? [separator, part] : [part]));
  for (const part of flat.flatMap((part: Json) => part?.["Fn::Join"]?.[1] ?? [part])) {
    if (typeof part === "string" && typeof joined.at(-1) === "string") joined.push(`${joined.pop()}${part}`);
    else joined.push(part);
  }
  return joined.every((part) => typeof part === "string") ? joined.join("") : { "Fn::Join": ["", joined] };
}
