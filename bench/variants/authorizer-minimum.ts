/** Variant (e), the baseline of the authorizer: a hand-written RS256 verifier with one fetch of the keys over `node:https`. */
import { createPublicKey, createVerify, type KeyObject } from "node:crypto";
import { get } from "node:https";

const { ISSUER, AUDIENCE, JWKS_URI = "" } = process.env;
let keys: Map<string, KeyObject> | undefined;

/** REQUEST authorizer, payload format 2.0, simple response. */
export async function handler({ headers }: { headers: Record<string, string> }) {
  const [header = "", payload = "", signature = ""] = (headers.authorization ?? "").replace("Bearer ", "").split(".");
  const { alg, kid } = parse(header);
  const { iss, aud, exp, sub, name } = parse(payload);
  keys ??= await readKeys();
  const key = keys.get(kid);
  const isValid =
    alg === "RS256" &&
    key !== undefined &&
    createVerify("RSA-SHA256").update(`${header}.${payload}`).verify(key, signature, "base64url") &&
    iss === ISSUER &&
    aud === AUDIENCE &&
    exp > Date.now() / 1_000;
  if (!isValid) throw new Error("Unauthorized");
  return { isAuthorized: true, context: { sub, name } };
}

function parse(part: string) {
  return JSON.parse(Buffer.from(part, "base64url").toString());
}

function readKeys(): Promise<Map<string, KeyObject>> {
  return new Promise((resolve, reject) => {
    get(JWKS_URI, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => {
        const list: { kid: string }[] = JSON.parse(text).keys;
        resolve(new Map(list.map((jwk) => [jwk.kid, createPublicKey({ key: jwk, format: "jwk" })])));
      });
    }).on("error", reject);
  });
}
