/** Construct: a bundled function with its own log group and a role that allows nothing but what it is given. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Duration, RemovalPolicy } from "aws-cdk-lib";
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Architecture, LoggingFormat } from "aws-cdk-lib/aws-lambda";
import { type ICommandHooks, NodejsFunction } from "aws-cdk-lib/aws-lambda-nodejs";
import { type ILogGroup, LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { functionBundle } from "./function-bundle.ts";

/** Options of every function of the stack. */
export interface FunctionOptions {
  /**
   * How long the function's log is kept.
   *
   * @default RetentionDays.ONE_MONTH (30 days)
   */
  readonly logRetention?: RetentionDays;

  /**
   * Processor architecture of the function.
   *
   * @default Architecture.ARM_64
   */
  readonly architecture?: Architecture;
}

/** Properties of `LoggedFunction`. */
export interface LoggedFunctionProps extends FunctionOptions {
  /** Path of the TypeScript file that exports `handler`. */
  readonly entry: string;
  readonly description: string;
  /** What the role is for. */
  readonly roleDescription: string;
  readonly timeout: Duration;
  readonly environment: Record<string, string>;
  /** Further files of the asset, by name, beside `index.js`. */
  readonly files?: Record<string, string>;
  /** Permissions by policy name, beside writing the log. */
  readonly permissions?: Record<string, PolicyDocument>;
}

/** A Node.js function that logs JSON to its own group. */
export class LoggedFunction extends Construct {
  readonly handler: NodejsFunction;
  readonly role: Role;
  readonly logGroup: ILogGroup;

  constructor(scope: Construct, id: string, props: LoggedFunctionProps) {
    super(scope, id);

    this.logGroup = new LogGroup(this, "LogGroup", {
      retention: props.logRetention ?? RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, "Role", {
      description: props.roleDescription,
      assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
      inlinePolicies: {
        ...props.permissions,
        WriteLog: allow(["logs:CreateLogStream", "logs:PutLogEvents"], this.logGroup.logGroupArn),
      },
    });
    this.handler = new NodejsFunction(this, "Function", {
      ...functionBundle,
      entry: props.entry,
      bundling: { ...functionBundle.bundling, commandHooks: toCommandHooks(props.files ?? {}) },
      description: props.description,
      architecture: props.architecture ?? Architecture.ARM_64,
      memorySize: 512,
      timeout: props.timeout,
      role: this.role,
      logGroup: this.logGroup,
      loggingFormat: LoggingFormat.JSON,
      environment: props.environment,
    });
  }
}

/** A policy that allows `actions` on one resource. */
export function allow(actions: string[], resource: string): PolicyDocument {
  return new PolicyDocument({ statements: [new PolicyStatement({ actions, resources: [resource] })] });
}

function toCommandHooks(files: Record<string, string>): ICommandHooks {
  return {
    beforeInstall: () => [],
    beforeBundling: () => [],
    afterBundling: (_, outputDir) =>
      Object.entries(files).map(([name, content]) => {
        const source = join(mkdtempSync(join(tmpdir(), "asset-")), name);
        writeFileSync(source, content);
        return `${process.platform === "win32" ? "copy /y" : "cp"} "${source}" "${join(outputDir, name)}"`;
      }),
  };
}
