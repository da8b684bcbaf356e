/** Certificates for HTTPS servers on loopback. */
import { randomUUID } from "node:crypto";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { generate } from "selfsigned";

/** What may be wrong with a certificate. */
export interface CertificateFlaws {
  /** The name it is for. @default "localhost", and the address 127.0.0.1 */
  name?: string;
  /** @default false */
  expired?: boolean;
}

/** @returns key and certificate, in PEM, which no process trusts yet. */
export async function createCertificate(flaws: CertificateFlaws = {}): Promise<{ key: string; cert: string }> {
  const { name = "localhost", expired = false } = flaws;
  const address = { type: 7, ip: "127.0.0.1" } as const;
  const { private: key, cert } = await generate([{ name: "commonName", value: `test ${randomUUID()}` }], {
    keyType: "ec",
    ...(expired && { notBeforeDate: new Date(Date.now() - 2 * DAY_MS), notAfterDate: new Date(Date.now() - DAY_MS) }),
    extensions: [
      { name: "basicConstraints", cA: true },
      {
        name: "subjectAltName",
        altNames: [{ type: 2, value: name }, ...(name === "localhost" ? [address] : [])],
      },
    ],
  });
  return { key, cert };
}

const DAY_MS = 24 * 3_600_000;

/** Makes this process trust the certificate, as it trusts the well-known authorities. */
export function trust(cert: string): void {
  setDefaultCACertificates([...getCACertificates("default"), cert]);
}
