/** Pure: known identity providers, what their issuers look like, and which audiences are shared. */

/** An identity provider. `issuer` and `name` are those of the table in the documentation. */
interface Provider {
  readonly name: string;
  /** Its issuers, with upper-case words for what differs from customer to customer. */
  readonly issuers: readonly string[];
  /** Matches everything that is meant to be one of its issuers. */
  readonly isMeant: RegExp;
  /** Completes the sentence "Write ISSUER, ...". */
  readonly hint: string;
  /** Audiences that tokens for other applications have too, and what to do instead. */
  readonly sharedAudience?: { readonly pattern: RegExp; readonly instead: string };
  /** The provider signs with an algorithm that API Gateway's JWT authorizer does not support. */
  readonly needsOidc?: boolean;
}

const GUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";

/** Patterns of upper-case words in `issuers`; for others any text without a slash is accepted. */
const PLACEHOLDERS: Record<string, string> = { TENANT_ID: GUID, USER_POOL_ID: "[a-z0-9-]+_[A-Za-z0-9]+" };

const AUTH0: Provider = {
  name: "Auth0",
  issuers: ["https://TENANT.REGION.auth0.com/", "https://TENANT.auth0.com/"],
  isMeant: /^https:\/\/[^/]+\.auth0\.com(?:\/|$)/,
  hint: "with the slash at the end",
  sharedAudience: {
    // UserInfo on any host, because a tenant may have a custom domain; the Management API
    pattern: /^https:\/\/(?:[^/]+\/userinfo|[^/]+\.auth0\.com\/api\/v2\/?)$/,
    instead: "the identifier of an API that you create in Auth0 for this endpoint",
  },
};

export const PROVIDERS: readonly Provider[] = [
  {
    name: "Amazon Cognito",
    issuers: ["https://cognito-idp.REGION.amazonaws.com/USER_POOL_ID"],
    isMeant: /^https:\/\/(?:cognito-idp\.[a-z0-9-]+\.amazonaws\.com|[^/]+\.amazoncognito\.com)(?:\/|$)/,
    hint: "without a slash at the end; the domain of the managed login is not the issuer",
  },
  AUTH0,
  {
    name: "Okta",
    issuers: ["https://ORG.okta.com/oauth2/default", "https://ORG/oauth2/SERVER_ID"],
    isMeant: /^https:\/\/[^/]+\.(?:okta|oktapreview|okta-emea)\.com(?:\/|$)/,
    hint: "a custom authorization server: only Okta can verify access tokens of the org server",
  },
  {
    name: "Microsoft Entra ID",
    issuers: ["https://login.microsoftonline.com/TENANT_ID/v2.0", "https://sts.windows.net/TENANT_ID/"],
    isMeant: /^https:\/\/(?:login\.microsoftonline\.com|sts\.windows\.net)(?:\/|$)/,
    hint: 'with the id of one tenant: tokens never name "common", "organizations", "consumers" or a domain',
    sharedAudience: {
      pattern: /^(?:https:\/\/graph\.microsoft\.com\/?|00000003-0000-0000-c000-000000000000)$/,
      instead: "the application (client) id of an API that you register for this endpoint",
    },
  },
  {
    name: "Clerk",
    issuers: ["https://YOUR_FRONTEND_API_HOST"],
    isMeant: /^https:\/\/[^/]+\.clerk\.accounts\.dev(?:\/|$)/,
    hint: "without a slash at the end",
  },
  {
    name: "Firebase",
    issuers: ["https://securetoken.google.com/PROJECT_ID"],
    isMeant: /^https:\/\/securetoken\.google\.com(?:\/|$)/,
    hint: "without a slash at the end",
  },
  {
    name: "Keycloak",
    issuers: ["https://HOST/realms/REALM", "https://HOST/auth/realms/REALM"],
    isMeant: /^https:\/\/[^/]+\/(?:[^/]+\/)*realms(?:\/|$)/,
    hint: "without a slash at the end",
    sharedAudience: {
      pattern: /^account$/,
      instead: "your own audience, which an audience mapper adds to the client's tokens",
    },
  },
  {
    name: "WorkOS",
    issuers: ["https://api.workos.com/user_management/CLIENT_ID", "https://AUTH_DOMAIN/user_management/CLIENT_ID"],
    isMeant: /^https:\/\/api\.workos\.com(?:\/|$)/,
    hint: "with your client id and without a slash at the end",
  },
  {
    name: "Supabase",
    issuers: ["https://PROJECT.supabase.co/auth/v1"],
    isMeant: /^https:\/\/[^/]+\.supabase\.(?:co|in)(?:\/|$)/,
    hint: "without a slash at the end",
    needsOidc: true,
  },
];

/** Says how a known provider writes its issuer, if this one is written differently. */
export function issuerMismatch(issuer: string): string | undefined {
  const provider = providerOf(issuer);
  if (!provider || provider.issuers.some((template) => toPattern(template).test(issuer))) return undefined;
  return `is not an issuer of ${provider.name}. Write ${provider.issuers[0]}, ${provider.hint}.`;
}

/** Says why an audience does not show that a token was made for this endpoint. An unknown issuer may be Auth0's custom domain. */
export function sharedAudienceProblem(issuer: string, audience: string): string | undefined {
  const known = providerOf(issuer);
  const { name, sharedAudience } = known ?? AUTH0;
  const isManagementApi = !known && audience === `${issuer.replace(/\/$/, "")}/api/v2/`;
  if (!sharedAudience || !(isManagementApi || sharedAudience.pattern.test(audience))) return undefined;
  return `is an audience of tokens for other applications too (${name}). Write ${sharedAudience.instead}.`;
}

/** Says that API Gateway's own JWT authorizer cannot verify the issuer's signatures. */
export function signatureProblem(issuer: string): string | undefined {
  const provider = providerOf(issuer);
  if (!provider?.needsOidc) return undefined;
  return `signs with ES256 (${provider.name}), which API Gateway's JWT authorizer does not support. Write signIn.type "oidc".`;
}

/** Says that a URL belongs to a provider where tokens of any application in the world would be accepted. */
export function publicUserinfoProblem(value: string): string | undefined {
  const host = URL.canParse(value) ? new URL(value).hostname.replace(/\.$/, "") : "";
  if (!PUBLIC_PROVIDERS.some((domain) => host === domain || host.endsWith(`.${domain}`))) return undefined;
  return 'answers for the tokens of all applications that users signed in to. Write signIn.type "oidc", if the provider has JWTs.';
}

/** Domains of providers at which anybody can register an application that users sign in to. */
const PUBLIC_PROVIDERS = [
  ...[
    "googleapis.com",
    "accounts.google.com",
    "graph.microsoft.com",
    "graph.microsoft.us",
    "login.microsoftonline.com",
    "live.com",
    "facebook.com",
    "instagram.com",
  ],
  ...["github.com", "gitlab.com", "bitbucket.org", "linkedin.com", "appleid.apple.com", "twitter.com", "x.com"],
  ...["discord.com", "slack.com", "reddit.com", "twitch.tv", "amazon.com", "yahoo.com", "yahooapis.com", "paypal.com"],
  ...["salesforce.com", "atlassian.com", "spotify.com", "line.me", "kakao.com", "zoom.us", "dropboxapi.com"],
];

/**
 * The same rules as lookaheads of regular expressions, for the parameters of a CloudFormation template. There the issuer is
 * not known when the audience is checked, so an audience that any provider shares is refused.
 *
 * @param signatures `any`, or `rsa` to refuse the issuers of {@link signatureProblem}.
 */
export function providerPatterns(signatures: "rsa" | "any") {
  const issuer = PROVIDERS.reduceRight((others, { isMeant, issuers, needsOidc }) => {
    const refused = needsOidc && signatures === "rsa";
    const own = refused ? "" : `(?=${isMeant.source})(?:${issuers.map((form) => toPattern(form).source).join("|")})|`;
    return `(?:${own}(?!${isMeant.source})${others})`;
  }, ".*");
  const shared = PROVIDERS.flatMap(({ sharedAudience }) => sharedAudience?.pattern.source ?? []);
  return {
    issuer: `(?=${issuer})`,
    audience: `(?!${shared.join("|")})`,
    userinfoUrl: `(?!https://(?:[^/?:]*\\.)?(?:${PUBLIC_PROVIDERS.join("|").replaceAll(".", "\\.")})(?:[:/?]|$))`,
  };
}

function providerOf(issuer: string): Provider | undefined {
  return PROVIDERS.find(({ isMeant }) => isMeant.test(issuer));
}

function toPattern(template: string): RegExp {
  const escaped = template.replace(/[.]/g, "\\.");
  return new RegExp(`^${escaped.replace(/[A-Z][A-Z_]+/g, (word) => PLACEHOLDERS[word] ?? "[^/]+")}$`);
}
