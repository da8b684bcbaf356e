/** A certificate for HTTPS servers on loopback, made anew for every test file. */
import { randomUUID } from "node:crypto";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { generate } from "selfsigned";

/** @returns key and certificate, in PEM, for localhost and 127.0.0.1; nobody trusts it yet. */
export const createCertificate = async (): Promise<{ key: string; cert: string }> => {
  const { private: key, cert } = await generate([{ name: "commonName", value: `test ${randomUUID()}` }], {
    keyType: "ec",
    extensions: [
      { name: "basicConstraints", cA: true },
      {
        name: "subjectAltName",
        altNames: [
          { type: 2, value: "localhost" },
          { type: 7, ip: "127.0.0.1" },
        ],
      },
    ],
  });
  return { key, cert };
};

/** Makes this process trust the certificate, as it trusts the well-known authorities. */
export const trust = (cert: string): void => setDefaultCACertificates([...getCACertificates("default"), cert]);
