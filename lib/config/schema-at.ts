/** Pure: finds what the schema says about a setting by its path, e.g. `["signIn", "issuers", 0, "issuer"]`. */
import type { z } from "zod";

/** The type of a setting and its description, or that of the nearest setting around it. */
export interface Found {
  /** zod's name of the type, e.g. `number` or `array`; undefined if there is no such setting. */
  type: string | undefined;
  description: string | undefined;
}

/** The parts of a schema that contain other schemas. */
interface Definition {
  type: string;
  innerType?: z.ZodType;
  out?: z.ZodType;
  shape?: Record<string, z.ZodType>;
  element?: z.ZodType;
  valueType?: z.ZodType;
  options?: z.ZodType[];
}

/** Follows the path into objects, lists, records and the alternative that has the next name. */
export function schemaAt(schema: z.ZodType, path: readonly PropertyKey[], around?: string): Found {
  const definition = definitionOf(schema);
  const description = schema.description ?? around;
  const wrapped = definition.innerType ?? definition.out; // optional(...), preprocess(...)
  if (wrapped) return schemaAt(wrapped, path, description);
  const [key, ...rest] = path;
  if (key === undefined) return { type: definition.type, description };
  const child = childOf(definition, key);
  return child ? schemaAt(child, rest, description) : { type: undefined, description };
}

function childOf({ shape, element, valueType, options }: Definition, key: PropertyKey): z.ZodType | undefined {
  if (shape) return Object.hasOwn(shape, key) ? shape[String(key)] : undefined;
  const children = options?.map((option) => childOf(definitionOf(option), key));
  return children?.find((child) => child !== undefined) ?? element ?? valueType;
}

function definitionOf(schema: z.ZodType): Definition {
  return schema.def as unknown as Definition;
}
