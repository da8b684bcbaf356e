/** Preload for `cdk synth`: nothing is acknowledged, so that cdk-nag reports what it otherwise passes over. */
import { Validations } from "aws-cdk-lib";

Validations.prototype.acknowledge = () => {};
