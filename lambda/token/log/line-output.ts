/**
 * Edge (stdout): Powertools' logger and metrics, each printing one line of plain JSON.
 *
 * Their own printing goes through a console each and looks at every value for errors, big numbers and cycles, of which
 * a line here has none: a tenth of what a warm request costs (figures in bench/README.md).
 */
import { LogFormatter, Logger, LogItem } from "@aws-lambda-powertools/logger";
import type { LogAttributes, UnformattedAttributes } from "@aws-lambda-powertools/logger/types";
import { Metrics } from "@aws-lambda-powertools/metrics";

/** Prints level, message, time, service and the fields it is given, and nothing else; from INFO on. */
export class LineLogger extends Logger {
  constructor(serviceName: string) {
    super({ serviceName, logLevel: "INFO", logFormatter: new LineFormatter() });
  }

  protected override printLog(_level: number, line: LogItem): void {
    print(line.getAttributes());
  }
}

/** What every line begins with, and then what it was given: nothing that the environment could add. */
class LineFormatter extends LogFormatter {
  formatAttributes(common: UnformattedAttributes, attributes: LogAttributes): LogItem {
    const { logLevel: level, message, timestamp, serviceName: service } = common;
    return new LogItem({ attributes: { level, message, timestamp: timestamp.toISOString(), service, ...attributes } });
  }
}

/** Prints a record in CloudWatch's embedded metric format, unless `POWERTOOLS_METRICS_DISABLED` is true. */
export class LineMetrics extends Metrics {
  override publishStoredMetrics(): this {
    if (!this.isDisabled()) print(this.serializeMetrics());
    this.clearMetrics();
    this.clearDimensions();
    return this;
  }
}

function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
