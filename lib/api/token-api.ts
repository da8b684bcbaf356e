/** Construct: the HTTP API, with its authorizer, routes, CORS, throttle and access log. */
import { Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import { AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import {
  CorsHttpMethod,
  type CorsPreflightOptions,
  HttpApi,
  HttpMethod,
  HttpStage,
  type IHttpRouteAuthorizer,
  LogGroupLogDestination,
} from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { CORS, ROUTES, TOKEN_PATH } from "../../lambda/contract.ts";
import type { DeploymentConfig } from "../config/deployment-config.ts";
import { DEFAULT_THROTTLE } from "../config/schema.ts";
import { CustomDomain } from "./custom-domain.ts";

/** Properties of `TokenApi`. */
export interface TokenApiProps
  extends Pick<DeploymentConfig, "allowedOrigins" | "throttle" | "customDomain" | "retainLogs"> {
  /** The function that serves all routes. */
  readonly handler: IFunction;

  /** Verifies the caller of every route. */
  readonly authorizer: IHttpRouteAuthorizer;

  /**
   * Scopes of which API Gateway requires one. Only its own JWT authorizer supports them.
   *
   * @default - no scope required
   */
  readonly scopes?: string[];

  /**
   * Whether pages on the allowed origins may send cookies.
   *
   * @default false
   */
  readonly allowCredentials?: boolean;

  /**
   * How long the access log is kept.
   *
   * @default RetentionDays.ONE_MONTH (30 days)
   */
  readonly logRetention?: RetentionDays;
}

/** The HTTP API in front of the token function. Every route has the authorizer. */
export class TokenApi extends Construct {
  readonly httpApi: HttpApi;

  /** The full URL of the endpoint, e.g. `https://abc.execute-api.eu-west-1.amazonaws.com/api/getusertoken`. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: TokenApiProps) {
    super(scope, id);

    this.httpApi = new HttpApi(this, "HttpApi", {
      apiName: Stack.of(this).stackName,
      disableExecuteApiEndpoint: props.customDomain?.disableExecuteApiEndpoint,
      description: "Gives each signed-in user a Mindset token",
      // As the API's default, it also protects routes that are added later.
      defaultAuthorizer: props.authorizer,
      defaultAuthorizationScopes: props.scopes,
      corsPreflight: toCors(props),
      createDefaultStage: false, // see the stage below, which throttles and logs
    });
    const { customDomain } = props;
    this.url = `${customDomain ? `https://${customDomain.domainName}` : this.httpApi.apiEndpoint}${TOKEN_PATH}`;

    const integration = new HttpLambdaIntegration("Function", props.handler);
    for (const { method, path } of ROUTES) {
      this.httpApi.addRoutes({ path, methods: [HttpMethod[method]], integration });
    }

    new HttpStage(this, "Stage", {
      httpApi: this.httpApi,
      autoDeploy: true,
      domainMapping: customDomain && { domainName: new CustomDomain(this, "CustomDomain", customDomain).domainName },
      throttle: { ...DEFAULT_THROTTLE, ...props.throttle },
      accessLogSettings: {
        destination: new LogGroupLogDestination(
          new LogGroup(this, "AccessLog", {
            // API Gateway adds no resource policy for groups with this prefix. The account's policies have a size limit.
            logGroupName: `/aws/vendedlogs/mindset-token-endpoint/${this.httpApi.apiId}`,
            retention: props.logRetention ?? RetentionDays.ONE_MONTH,
            removalPolicy: props.retainLogs ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
          }),
        ),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
      },
    });
  }
}

/** Contains no path, query, header, address or user. */
const ACCESS_LOG = {
  requestId: "$context.requestId",
  requestTime: "$context.requestTime",
  routeKey: "$context.routeKey",
  status: "$context.status",
  responseLatency: "$context.responseLatency",
  integrationLatency: "$context.integrationLatency",
  integrationError: "$context.integrationErrorMessage",
  authorizerError: "$context.authorizer.error",
  error: "$context.error.message",
};

function toCors({ allowedOrigins, allowCredentials }: TokenApiProps): CorsPreflightOptions | undefined {
  if (!allowedOrigins?.length) return undefined;
  return {
    allowOrigins: allowedOrigins,
    allowCredentials: allowCredentials || undefined,
    allowMethods: CORS.allowMethods.map((method) => CorsHttpMethod[method]),
    allowHeaders: [...CORS.allowHeaders],
    exposeHeaders: [...CORS.exposeHeaders],
    maxAge: Duration.seconds(CORS.maxAgeSeconds),
  };
}
