/** Types: a parameter of a template. */

/** A parameter of the template in place of a setting. */
export interface Parameter {
  /** The path of the setting, e.g. `["signIn", "issuer"]`. */
  path: PropertyKey[];
  description: string;
  /** Completes the sentence "Parameter NAME ...". */
  constraintDescription: string;
  /**
   * CloudFormation's type, or `OptionalList`: a text that is split at its commas. The pattern of a `CommaDelimitedList`
   * sees one item only, so it could not accept an empty list and refuse an empty item, as in `a,,b`.
   *
   * @default "String"
   */
  type?: "CommaDelimitedList" | "OptionalList" | "Number";
  /** The rule of each item of a `CommaDelimitedList`, and of the text otherwise. @default - any number from 1 to MAX_RATE */
  allowedPattern?: string;
  /** The value without the setting. @default - the deployment must give one */
  default?: string | number | string[];
  /** What is between the items of a list where one variable of a function holds them. @default - stays a list */
  separator?: string;
}

/** Parameters by name. */
export type Parameters = Record<string, Parameter>;

/** Between the items of a list in JSON: a list that is joined by it is one text and, inside JSON, a list again. */
export const JSON_SEPARATOR = '","';
