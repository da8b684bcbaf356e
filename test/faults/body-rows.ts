/** The promises for when Mindset answers with a success that holds no token. */
import type { Row } from "./row.ts";
import { fault } from "./variants.ts";

const BAD_RESPONSE = {
  status: 502,
  publicCode: "UPSTREAM_ERROR",
  logCode: "UPSTREAM_BAD_RESPONSE",
  calls: 1,
  atMostMs: 50,
};

/** In the order of the report. */
export const BODY_ROWS: Row[] = [
  { fault: "204, 206", ...BAD_RESPONSE, variants: [fault("status-204"), fault("status-206")] },
  {
    fault: "reset or end in the middle of the body",
    ...BAD_RESPONSE,
    variants: [fault("reset-in-body"), fault("end-in-body")],
  },
  {
    fault: "HTML, empty, `null`, `[]`, invalid UTF-8",
    ...BAD_RESPONSE,
    variants: ["html", "empty", "null", "array", "invalid-utf8"].map((name) => fault(name)),
  },
  {
    fault: "token missing, empty, a number, 8,193 characters, with CR LF",
    ...BAD_RESPONSE,
    variants: ["missing", "empty", "number", "too-long", "crlf"].map((flaw) => fault(`token-${flaw}`)),
  },
];
