/** Edge (network): what a caller can find out about an endpoint, one question at a time. */

/** Which endpoint, and who asks. */
export interface SmokeTarget {
  /** e.g. `https://abc.execute-api.eu-west-1.amazonaws.com/api/getusertoken`. */
  url: string;
  /** A JWT that the endpoint must accept. */
  jwt: string;
  /** An origin that the endpoint must allow. @default - CORS is not tried */
  origin?: string;
}

/** One question. */
export interface SmokeCheck {
  title: string;
  /** @returns what is wrong, without JWT and token; undefined when nothing is. */
  run(): Promise<string | undefined>;
}

const TIMEOUT_MS = 30_000;

/** The questions, in the order in which their answers help most. */
export function smokeChecks({ url, jwt, origin }: SmokeTarget): SmokeCheck[] {
  const headers = { authorization: `Bearer ${jwt}` };
  function ask(method: string, { headers = {}, path = "" }: { headers?: Record<string, string>; path?: string } = {}) {
    return fetch(url + path, { method, headers, redirect: "manual", signal: AbortSignal.timeout(TIMEOUT_MS) });
  }

  const checks: SmokeCheck[] = [
    { title: "without a JWT: 401", run: async () => statusProblem(await ask("POST"), 401) },
    {
      title: "with something made up as JWT: 401",
      run: async () => statusProblem(await ask("POST", { headers: { authorization: "Bearer made.up.jwt" } }), 401),
    },
    ...["POST", "GET"].map((method) => ({
      title: `${method} with your JWT: 200, a token and nothing else, not to be cached`,
      run: async () => tokenProblem(await ask(method, { headers })),
    })),
    {
      title: "with your JWT, for another user: 403",
      run: async () => statusProblem(await ask("GET", { headers, path: "/somebody-else-than-you" }), 403),
    },
  ];
  function preflight(from: string) {
    return ask("OPTIONS", {
      headers: {
        origin: from,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization",
      },
    });
  }
  const corsChecks: SmokeCheck[] = [
    { title: `pages of ${origin} may call`, run: async () => corsProblem(await preflight(origin ?? ""), origin) },
    {
      title: "pages of elsewhere may not",
      run: async () => corsProblem(await preflight("https://elsewhere.example"), undefined),
    },
  ];
  return origin ? [...checks, ...corsChecks] : checks;
}

async function statusProblem(response: Response, expected: number): Promise<string | undefined> {
  return response.status === expected ? undefined : `the answer is ${response.status} ${await reasonOf(response)}`;
}

/** What an error answer says for itself. */
async function reasonOf(response: Response): Promise<string> {
  if (response.ok) return "";
  const { code, message } = Object((await response.json().catch(() => ({}))) as object) as Record<string, string>;
  return [code, message, response.headers.get("www-authenticate")].filter(Boolean).join(", ");
}

async function tokenProblem(response: Response): Promise<string | undefined> {
  if (response.status !== 200) return statusProblem(response, 200);
  const body = Object(await response.json().catch(() => ({}))) as Record<string, unknown>;
  const keys = Object.keys(body);
  if (keys.length !== 1 || typeof body.authToken !== "string") return `the answer has ${keys.join(", ") || "no JSON"}`;
  const caching = response.headers.get("cache-control");
  return caching === "no-store" ? undefined : `cache-control is ${caching}, not no-store`;
}

function corsProblem(response: Response, expected: string | undefined): string | undefined {
  const allowed = response.headers.get("access-control-allow-origin") ?? undefined;
  return allowed === expected ? undefined : `access-control-allow-origin is ${allowed ?? "absent"}`;
}
