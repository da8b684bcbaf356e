/** Pure: the settings of a template, with parameters where they have values. */
import { Fn, Token } from "aws-cdk-lib";
import type { DeploymentConfig } from "../config/deployment-config.ts";
import { isJwt, type SignIn } from "../config/sign-in/types.ts";
import type { Values } from "./values.ts";

/** Between the texts of a list in JSON: a list that is joined by it is one text and, inside JSON, a list again. */
const JSON_SEPARATOR = '","';

/** Lists for a function become one joined text, because they end up in one variable. */
export function withValues(config: DeploymentConfig, values: Values): DeploymentConfig {
  return {
    ...config,
    apiHost: values.text("ApiHost"),
    allowAnyApiHost: true, // the pattern of ApiHost checks the host
    appUid: values.text("AppUid"),
    signIn: signInWithValues(config.signIn, values),
    allowedOrigins: [Fn.join(config.signIn.type === "lambda" ? "," : JSON_SEPARATOR, values.list("AllowedOrigins"))],
    alarmTopicArn: values.text("AlarmTopicArn"),
    apiKeySecretArn: config.apiKeySecretArn && values.text("ExistingSecretArn"),
  };
}

function signInWithValues(signIn: SignIn, values: Values): SignIn {
  if (isJwt(signIn)) {
    const scopes = Token.asList(values.unlessEmpty("Scopes", values.list("Scopes")));
    return { type: "jwt", issuer: values.text("Issuer"), audience: values.list("Audience"), scopes };
  }
  if (signIn.type === "userinfo") return { ...signIn, url: values.text("UserinfoUrl") };
  if (signIn.type === "lambda") return { ...signIn, authorizerArn: values.text("AuthorizerArn") };
  const [issuer, ...others] = signIn.issuers;
  if (!issuer || others.length > 0) return signIn;
  const audience = [Fn.join(JSON_SEPARATOR, values.list("Audience"))];
  const scopes = issuer.scopes && [Fn.join(JSON_SEPARATOR, values.list("Scopes"))];
  return { ...signIn, issuers: [{ ...issuer, issuer: values.text("Issuer"), audience, scopes }] };
}
