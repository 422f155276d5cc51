import { X509Certificate } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { certificateVariables } from '../../../scripts/start/certificates.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cointape-certificates-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function put(path: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), '');
}

const variables = (environment = {}, platform: NodeJS.Platform = 'linux') =>
  certificateVariables(folder, { platform, environment, root: folder });

test('a machine without a store gets the certificates that Node trusts', () => {
  mkdirSync(join(folder, 'etc/ssl/certs'), { recursive: true }); // as in the image of docker-compose.yml
  const { SSL_CERT_FILE = '' } = variables();
  const certificates = readFileSync(SSL_CERT_FILE, 'utf8').match(
    /-----BEGIN[\s\S]*?-----END CERTIFICATE-----/g,
  );
  expect(certificates?.length).toBeGreaterThan(100);
  expect(certificates?.every((text) => new X509Certificate(text).ca)).toBe(true);
});

test.each([
  'etc/ssl/certs/ca-certificates.crt',
  'etc/pki/tls/certs/ca-bundle.crt',
  'etc/ssl/cert.pem',
  'etc/ssl/certs/002c0b4f.0',
])('a machine with %s uses its own', (path) => {
  put(path);
  expect(variables()).toEqual({});
});

test('a store named by the user is kept, and other systems use their own', () => {
  expect(variables({ SSL_CERT_FILE: '/of/mine.pem' })).toEqual({});
  expect(variables({ SSL_CERT_DIR: '/of/mine' })).toEqual({});
  expect(variables({}, 'darwin')).toEqual({});
});
