/** Construct: who verifies the callers, for each type of sign-in. */
import { Duration, Stack } from "aws-cdk-lib";
import type { IHttpRouteAuthorizer } from "aws-cdk-lib/aws-apigatewayv2";
import {
  HttpJwtAuthorizer,
  HttpLambdaAuthorizer,
  HttpLambdaResponseType,
} from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { type IFunction, Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { AUTHORIZER_TIMEOUT_SECONDS } from "../../lambda/contract.ts";
import type { DeploymentConfig } from "../config/deployment-config.ts";
import { toSignInSettings } from "../config/sign-in/authorizer-settings.ts";
import { isJwt, type SignIn } from "../config/sign-in/types.ts";
import { type FunctionOptions, LoggedFunction } from "../functions/logged-function.ts";

/** The authorizer of the API: API Gateway's own, our function or your own. */
export class Authorizer extends Construct {
  readonly routeAuthorizer: IHttpRouteAuthorizer;

  /** Our authorizer function, for the types `oidc` and `userinfo`. */
  readonly handler?: IFunction;

  constructor(scope: Construct, id: string, config: DeploymentConfig, options: FunctionOptions = config) {
    super(scope, id);
    const { signIn } = config;
    if (isJwt(signIn)) {
      this.routeAuthorizer = new HttpJwtAuthorizer("Jwt", signIn.issuer, { jwtAudience: signIn.audience });
    } else if (signIn.type === "lambda") {
      this.routeAuthorizer = lambdaAuthorizer(this.importFunction(signIn.authorizerArn), []);
    } else {
      this.handler = this.createFunction(config, options);
      this.routeAuthorizer = lambdaAuthorizer(this.handler, [identitySourceOf(signIn)]);
    }
  }

  // "sameEnvironment" because the permission for API Gateway can only be added in the function's own account.
  private importFunction(functionArn: string): IFunction {
    return LambdaFunction.fromFunctionAttributes(this, "Function", { functionArn, sameEnvironment: true });
  }

  private createFunction(config: DeploymentConfig, options: FunctionOptions): IFunction {
    return new LoggedFunction(this, "AuthorizerFunction", {
      ...options,
      code: "authorizer",
      description: "Verifies who calls the Mindset token endpoint",
      roleDescription: "Writes the log of the authorizer function",
      timeout: Duration.seconds(AUTHORIZER_TIMEOUT_SECONDS),
      reservedConcurrency: undefined, // applies to the token function only
      environment: { SIGN_IN: Stack.of(this).toJsonString(toSignInSettings(config)) },
    }).handler;
  }
}

/** Results are not cached, so that a sign-out takes effect immediately. */
function lambdaAuthorizer(handler: IFunction, identitySource: string[]): IHttpRouteAuthorizer {
  return new HttpLambdaAuthorizer("Lambda", handler, {
    responseTypes: [HttpLambdaResponseType.SIMPLE],
    resultsCacheTtl: Duration.seconds(0),
    identitySource,
  });
}

/** Without it, API Gateway answers with 401 and does not invoke the function. */
function identitySourceOf(signIn: SignIn): string {
  const isHeader =
    (signIn.type === "oidc" && !(signIn.token && "cookie" in signIn.token)) ||
    (signIn.type === "userinfo" && signIn.forward.includes("authorization"));
  return isHeader ? "$request.header.Authorization" : "$request.header.Cookie";
}
