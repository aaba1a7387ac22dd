// A certified OpenID Connect server for the tests, on a free loopback port, until its standard input ends.
// Its one argument is JSON: {client: {...}, people: {login: {claims}}, authMethods: [...], keyType: "RSA" | "EC"}.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { createServer } from "node:http";

import Provider from "oidc-provider";

const asked = JSON.parse(process.argv[2]);

const kind = asked.keyType === "EC" ? { namedCurve: "P-256" } : { modulusLength: 2048 };
const { privateKey } = generateKeyPairSync(asked.keyType.toLowerCase(), kind);

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [asked.client],
    clientAuthMethods: asked.authMethods,
    jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), kid: "first", use: "sig" }] },
    cookies: { keys: [randomBytes(16).toString("hex")] },
    claims: {
      openid: ["sub"],
      profile: ["name"],
      phone: ["phone_number", "phone_number_verified"],
    },
    findAccount: (_context, id) =>
      asked.people[id] && { accountId: id, claims: () => ({ sub: id, ...asked.people[id] }) },
  });
  server.on("request", provider.callback());
  console.log(JSON.stringify({ issuer }));
});

process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
