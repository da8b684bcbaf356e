/** `npm run -s token -- ada`: prints an access token for a user while `npm start` runs in another terminal. */
import { requestAccessToken } from "../local/identity-provider/sign-in.ts";
import { USERS } from "../local/identity-provider/users.ts";
import { parseLocalSettings } from "../local/settings.ts";

async function main(user = "") {
  const names = new Intl.ListFormat("en-GB", { type: "disjunction" }).format(Object.keys(USERS));
  const usage = `Usage: npm run -s token -- NAME, where NAME is ${names}.`;
  if (user === "--help") return usage;
  if (!Object.hasOwn(USERS, user)) throw new Error(usage);
  const { PORT } = process.env;
  const issuer = `http://localhost:${parseLocalSettings({ PORT }).firstPort + 1}`;
  return requestAccessToken(issuer, user).catch((cause) => {
    const advice = "Run npm start in another terminal, with the same PORT.";
    throw new Error(`The identity provider at ${issuer} does not answer. ${advice}`, { cause });
  });
}

main(process.argv[2]).then(
  (token) => console.log(token),
  (error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  },
);
