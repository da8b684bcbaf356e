/** Construct: your own domain for the API, and its record if Route 53 serves the zone. */
import { CfnOutput } from "aws-cdk-lib";
import { DomainName, SecurityPolicy } from "aws-cdk-lib/aws-apigatewayv2";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import { ARecord, HostedZone, RecordTarget } from "aws-cdk-lib/aws-route53";
import { ApiGatewayv2DomainProperties } from "aws-cdk-lib/aws-route53-targets";
import { Construct } from "constructs";
import type { CustomDomain as CustomDomainConfig } from "../config/options/types.ts";

/** API Gateway's side of the domain. */
export class CustomDomain extends Construct {
  readonly domainName: DomainName;

  constructor(scope: Construct, id: string, { domainName, certificateArn, hostedZone }: CustomDomainConfig) {
    super(scope, id);
    this.domainName = new DomainName(this, "DomainName", {
      domainName,
      certificate: Certificate.fromCertificateArn(this, "Certificate", certificateArn),
      securityPolicy: SecurityPolicy.TLS_1_2,
    });
    const { regionalDomainName, regionalHostedZoneId } = this.domainName;
    if (hostedZone) {
      const zone = HostedZone.fromHostedZoneAttributes(this, "Zone", {
        hostedZoneId: hostedZone.id,
        zoneName: hostedZone.name,
      });
      const target = new ApiGatewayv2DomainProperties(regionalDomainName, regionalHostedZoneId);
      new ARecord(this, "Record", { zone, recordName: `${domainName}.`, target: RecordTarget.fromAlias(target) });
    } else {
      new CfnOutput(this, "CustomDomainTarget", {
        value: regionalDomainName,
        description: `Create a CNAME record from ${domainName} to this name`,
      }).overrideLogicalId("CustomDomainTarget");
    }
  }
}
