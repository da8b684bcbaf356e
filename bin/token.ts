/** `npm run -s token -- ada`: prints an access token of a user, while `npm start` runs in another terminal. */

import { requestAccessToken } from "../local/identity-provider/sign-in.ts";
import { USERS } from "../local/identity-provider/users.ts";
import { parseLocalSettings } from "../local/settings.ts";

async function main(user = "") {
  if (!Object.hasOwn(USERS, user)) {
    const names = Object.keys(USERS).join(" or ");
    throw new Error(`Whose token? npm run -s token -- NAME, where NAME is ${names}.`);
  }
  const { PORT } = process.env;
  const issuer = `http://localhost:${parseLocalSettings({ PORT }).firstPort + 1}`;
  return requestAccessToken(issuer, user).catch((cause) => {
    const advice = 'run "npm start" in another terminal, and give both the same PORT, if any';
    throw new Error(`No identity provider answers at ${issuer}: ${advice}.`, { cause });
  });
}

main(process.argv[2]).then(
  (token) => console.log(token),
  (error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  },
);
