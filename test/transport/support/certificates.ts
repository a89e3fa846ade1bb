import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

export interface Certificates {
  /** The authority that signed all but `selfSigned`. */
  readonly ca: string;
  /** Of another authority. */
  readonly otherCa: string;
  /** For localhost and 127.0.0.1. */
  readonly good: Certificate;
  readonly wrongHost: Certificate;
  readonly expired: Certificate;
  readonly selfSigned: Certificate;
}

/** Makes certificates with the openssl command; fails, saying so, where there is none. */
export function makeCertificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-tls-'));
  const file = (name: string): string => join(folder, name);
  const openssl = (...args: string[]): void => {
    try {
      execFileSync('openssl', args, { stdio: 'pipe', cwd: folder });
    } catch (error) {
      throw new Error('these tests make certificates with the openssl command: install openssl', { cause: error });
    }
  };
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const selfSign = (name: string, subject: string, ...more: string[]): void => {
    openssl(
      'req',
      '-x509',
      ...newKey,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.pem`,
      '-days',
      '2',
      '-subj',
      subject,
      ...more,
    );
  };
  const sign = (name: string, names: string, days: string): void => {
    openssl('req', ...newKey, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
    writeFileSync(file(`${name}.ext`), `subjectAltName=${names}\n`);
    openssl(
      ...['x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'],
      ...['-out', `${name}.pem`, '-days', days, '-extfile', `${name}.ext`],
    );
  };
  const read = (name: string): Certificate => ({
    key: readFileSync(file(`${name}.key`), 'utf8'),
    cert: readFileSync(file(`${name}.pem`), 'utf8'),
  });

  try {
    selfSign('ca', '/CN=test authority');
    selfSign('other', '/CN=another authority');
    selfSign('selfSigned', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost');
    sign('good', 'DNS:localhost,IP:127.0.0.1', '2');
    sign('wrongHost', 'DNS:elsewhere.example', '2');
    sign('expired', 'DNS:localhost', '-1');
    return {
      ca: read('ca').cert,
      otherCa: read('other').cert,
      good: read('good'),
      wrongHost: read('wrongHost'),
      expired: read('expired'),
      selfSigned: read('selfSigned'),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
