/** Pure: who may call an endpoint, from `cdk.json` or from a deployed template. */
import type { FunctionEnvironment } from "../../lambda/contract.ts";
import { type IdentitySettings, parseSettings } from "../../lambda/token/settings.ts";
import type { DeploymentConfig } from "../../lib/config/deployment-config.ts";
import { jsonObject } from "./request.ts";

/** What the checks of issuer and token compare with. */
export interface SignInFacts {
  type: "jwt" | "oidc" | "userinfo" | "lambda";
  issuers: IssuerFacts[];
  /** Where the token is, if not in the header `authorization`. */
  cookie?: string;
  allowedOrigins: string[];
  /** Undefined if it is not known. */
  identity: IdentitySettings | undefined;
}

/** One issuer of access tokens. */
export interface IssuerFacts {
  issuer: string;
  /** Undefined if it is not known. */
  audience: string[] | undefined;
  /** Undefined if they are not known; empty if none is required. */
  scopes: string[] | undefined;
  algorithms?: string[];
  jwksUri?: string;
  alias?: string;
}

type Environment = Partial<FunctionEnvironment>;

/** @param config checked settings of a deployment. */
export function factsFromConfig(config: DeploymentConfig): SignInFacts {
  return {
    ...factsFromSignIn(config.signIn),
    allowedOrigins: config.allowedOrigins ?? [],
    identity: identityOf({
      IDENTITY_CLAIM: config.identityClaim,
      IDENTITY_FIELD: config.identityField,
      IDENTITY_MAPPING: config.identityMapping,
      NAME_CLAIM: config.nameClaim,
      ACCEPT_ID_TOKENS: config.acceptIdTokens ? "true" : undefined,
      ALLOW_MUTABLE_IDENTITY_CLAIM: config.allowMutableIdentityClaim ? "true" : undefined,
    }),
  };
}

/** @param signIn `signIn` of the settings, or the variable `SIGN_IN` of the authorizer function. */
function factsFromSignIn(signIn: object): Pick<SignInFacts, "type" | "issuers" | "cookie"> {
  const { type = "jwt", issuers = [signIn as GivenIssuer], token } = signIn as Partial<SignIn>;
  const isJwt = type === "jwt" || type === "oidc";
  return { type, issuers: isJwt ? issuers.map(toIssuerFacts) : [], cookie: token?.cookie };
}

type GivenIssuer = Omit<IssuerFacts, "audience"> & { audience: string | string[] };
type SignIn = Pick<SignInFacts, "type"> & { issuers: GivenIssuer[]; token: { cookie?: string } };

function toIssuerFacts(issuer: GivenIssuer): IssuerFacts {
  return { ...issuer, audience: [issuer.audience].flat(), scopes: issuer.scopes ?? [] };
}

/** @param resources of a CloudFormation template, by logical id. */
export function factsFromTemplate(resources: Record<string, Resource>): SignInFacts | undefined {
  const all = Object.values(resources);
  function propertiesOf(type: string) {
    return all.filter((resource) => resource.Type === type).map(({ Properties }) => Properties ?? {});
  }
  const [api] = propertiesOf("AWS::ApiGatewayV2::Api");
  const [authorizer] = propertiesOf("AWS::ApiGatewayV2::Authorizer");
  const [route] = propertiesOf("AWS::ApiGatewayV2::Route");
  const environments = propertiesOf("AWS::Lambda::Function").map(({ Environment }) => Environment?.Variables ?? {});
  const environment = environments.find((variables) => "MINDSET_APP_UID" in variables);
  if (!authorizer || !environment) return undefined;
  const signIn = environments.find((variables) => "SIGN_IN" in variables)?.SIGN_IN;
  const settings = typeof signIn === "string" ? jsonObject(signIn) : {};
  return {
    ...(authorizer.AuthorizerType === "JWT"
      ? { type: "jwt", issuers: issuersOf(authorizer.JwtConfiguration, route) }
      : "type" in settings
        ? factsFromSignIn(settings)
        : { type: "lambda", issuers: [] }),
    allowedOrigins: knownList(api?.CorsConfiguration?.AllowOrigins) ?? [],
    identity: isKnown(environment) ? identityOf(environment) : undefined,
  };
}

function issuersOf({ Issuer: issuer, Audience }: Properties = {}, route: Properties | undefined): IssuerFacts[] {
  if (typeof issuer !== "string") return [];
  const scopes = route && knownList(route.AuthorizationScopes ?? []);
  return [{ issuer, audience: knownList(Audience), scopes }];
}

function knownList(value: unknown): string[] | undefined {
  return Array.isArray(value) && value.every((item) => typeof item === "string") ? value : undefined;
}

function isKnown(environment: Environment): boolean {
  return namedSettings(environment).every(([, value]) => typeof value === "string");
}

/** A resource of a template. */
export interface Resource {
  Type: string;
  Properties?: Properties;
}

// biome-ignore lint/suspicious/noExplicitAny: properties are JSON of many shapes
type Properties = Record<string, any>;

/** The identity settings in the variables of the token function; the other variables get a valid value. */
export function identityOf(environment: Environment): IdentitySettings {
  const others = { MINDSET_API_HOST: "a.api.mindset.ai", MINDSET_APP_UID: "app", MINDSET_API_KEY_SECRET_ARN: "secret" };
  const named = Object.fromEntries(namedSettings(environment));
  return parseSettings({ ...named, IDENTITY_SOURCE: "jwt", ...others }).identity;
}

function namedSettings(environment: Environment) {
  return Object.entries(environment).filter(([name]) => /^(IDENTITY_|NAME_CLAIM|ACCEPT_|ALLOW_)/.test(name));
}
