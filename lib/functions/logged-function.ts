/** Construct: a bundled function with its own log group and a role that allows nothing but what it is given. */
import { type Duration, RemovalPolicy, Validations } from "aws-cdk-lib";
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
  Architecture,
  type CfnFunction,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
} from "aws-cdk-lib/aws-lambda";
import { type ILogGroup, LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { StackOptions } from "../config/options/types.ts";
import type { FunctionName } from "./bundle.ts";
import { functionCode } from "./code.ts";

/** Options of every function of the stack. */
export interface FunctionOptions
  extends Pick<StackOptions, "architecture" | "memorySize" | "vpc" | "tracing" | "retainLogs"> {
  /**
   * How long the function's log is kept.
   *
   * @default RetentionDays.ONE_MONTH (30 days)
   */
  readonly logRetention?: RetentionDays;
}

/** Properties of `LoggedFunction`. */
export interface LoggedFunctionProps extends FunctionOptions {
  readonly code: FunctionName;
  readonly description: string;
  /** What the role is for. */
  readonly roleDescription: string;
  readonly timeout: Duration;
  readonly environment: Record<string, string>;
  /** Further files of the asset, by name, next to `index.js`. */
  readonly files?: Record<string, string>;
  /** Permissions by policy name, in addition to writing the log. */
  readonly permissions?: Record<string, PolicyDocument>;
  readonly reservedConcurrency?: number;
}

/** A Node.js function that logs JSON to its own group. */
export class LoggedFunction extends Construct {
  readonly handler: LambdaFunction;
  readonly role: Role;
  readonly logGroup: ILogGroup;

  constructor(scope: Construct, id: string, props: LoggedFunctionProps) {
    super(scope, id);

    this.logGroup = new LogGroup(this, "LogGroup", {
      retention: props.logRetention ?? RetentionDays.ONE_MONTH,
      removalPolicy: props.retainLogs ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, "Role", {
      description: props.roleDescription,
      assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
      inlinePolicies: {
        ...props.permissions,
        WriteLog: allow(["logs:CreateLogStream", "logs:PutLogEvents"], this.logGroup.logGroupArn),
        ...(props.vpc && { UseVpc: allow(VPC_ACTIONS, "*") }),
        ...(props.tracing && { WriteTraces: allow(TRACING_ACTIONS, "*") }),
      },
    });
    if (props.vpc || props.tracing) {
      Validations.of(this.role).acknowledge({
        id: "AwsSolutions-IAM5[Resource::*]",
        reason: "AWS defines these actions, for network interfaces and traces, for all resources only.",
      });
    }
    this.handler = new LambdaFunction(this, "Function", {
      runtime: Runtime.NODEJS_24_X,
      handler: "index.handler",
      code: functionCode(this, props.code, props.files),
      description: props.description,
      architecture: props.architecture === "x86_64" ? Architecture.X86_64 : Architecture.ARM_64,
      memorySize: props.memorySize ?? 512,
      timeout: props.timeout,
      role: this.role,
      logGroup: this.logGroup,
      loggingFormat: LoggingFormat.JSON,
      environment: props.environment,
      reservedConcurrentExecutions: props.reservedConcurrency,
    });
    // The L2 props would look up the VPC and add policies of their own.
    const resource = this.handler.node.defaultChild as CfnFunction;
    resource.vpcConfig = props.vpc;
    resource.tracingConfig = props.tracing ? { mode: "Active" } : undefined;
  }
}

const VPC_ACTIONS = [
  "ec2:CreateNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:DeleteNetworkInterface",
  "ec2:AssignPrivateIpAddresses",
  "ec2:UnassignPrivateIpAddresses",
];

const TRACING_ACTIONS = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"];

/** A policy that allows `actions` on one resource. */
export function allow(actions: string[], resource: string): PolicyDocument {
  return new PolicyDocument({ statements: [new PolicyStatement({ actions, resources: [resource] })] });
}
