/** Evaluates CloudWatch alarms of a template against metrics, minute by minute. Pure. */

/** What was recorded of each metric within one minute. */
export type Minute = Record<string, { sum: number; count: number }>;

/** An alarm in a template. */
export interface AlarmProperties {
  MetricName?: string;
  Namespace?: string;
  Period?: number;
  Statistic?: string;
  Metrics?: { Id: string; Expression?: string; MetricStat?: MetricStat }[];
  Threshold: number;
  EvaluationPeriods: number;
  DatapointsToAlarm?: number;
}

interface MetricStat {
  Metric: { Namespace: string; MetricName: string };
  Period: number;
  Stat: string;
}

/**
 * Evaluates an alarm after each minute over sliding windows, as CloudWatch does, with missing data as not breaching.
 *
 * @param minutes values by `Namespace/MetricName`.
 * @returns for each minute whether the alarm is on.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
 */
export function evaluateAlarm(alarm: AlarmProperties, minutes: Minute[]): boolean[] {
  const { EvaluationPeriods, DatapointsToAlarm = EvaluationPeriods, Threshold } = alarm;
  const periodMinutes = periodOf(alarm) / 60;
  return minutes.map((_, minute) => {
    const values = Array.from({ length: EvaluationPeriods }, (_, back) => {
      const end = minute + 1 - back * periodMinutes;
      return windowValue(alarm, minutes.slice(Math.max(end - periodMinutes, 0), Math.max(end, 0)));
    });
    return values.filter((value) => value !== undefined && value >= Threshold).length >= DatapointsToAlarm;
  });
}

function periodOf({ Period, Metrics = [] }: AlarmProperties): number {
  return Period ?? Metrics.find(({ MetricStat }) => MetricStat)?.MetricStat?.Period ?? 300;
}

function windowValue({ Namespace, MetricName, Statistic = "", Metrics }: AlarmProperties, window: Minute[]) {
  if (!Metrics) return statisticOf(window, `${Namespace}/${MetricName}`, Statistic);
  const values: Record<string, number | undefined> = {};
  for (const { Id, MetricStat } of Metrics) {
    if (MetricStat) values[Id] = statisticOf(window, nameOf(MetricStat), MetricStat.Stat);
  }
  return calculate(Metrics.find(({ Expression }) => Expression)?.Expression ?? "", values);
}

function nameOf({ Metric: { Namespace, MetricName } }: MetricStat): string {
  return `${Namespace}/${MetricName}`;
}

function statisticOf(window: Minute[], name: string, statistic: string): number | undefined {
  const recorded = window.flatMap((minute) => minute[name] ?? []);
  if (recorded.length === 0) return undefined;
  const field = statistic === "SampleCount" ? "count" : "sum";
  return recorded.reduce((total, metric) => total + metric[field], 0);
}

/** Metric math: a result needs data of every metric that `FILL` does not replace. */
function calculate(expression: string, values: Record<string, number | undefined>): number | undefined {
  const code = expression.replaceAll(" AND ", " && ").replaceAll(" OR ", " || ");
  const names = ["choose", "fill", ...Object.keys(values)];
  const text = code.replaceAll("IF(", "choose(").replaceAll("FILL(", "fill(");
  const result = new Function(...names, `return ${text}`)(choose, fill, ...Object.values(values));
  return typeof result === "number" && Number.isFinite(result) ? result : undefined;
}

function choose(condition: boolean, yes: number, no: number): number {
  return condition ? yes : no;
}

function fill(value: number | undefined, replacement: number): number {
  return value ?? replacement;
}
