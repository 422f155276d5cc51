import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getCACertificates } from 'node:tls';

// The files in which workerd looks for the system's certificates.
const FILES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/pki/tls/cacert.pem',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
  '/etc/ssl/certs/cacert.pem',
  '/opt/etc/ssl/certs/ca-certificates.crt',
];
const FOLDERS = ['/etc/ssl/certs', '/etc/pki/tls/certs'];
const HASHED_NAME = /^[0-9a-f]{8}\.\d+$/;

export interface Machine {
  platform: NodeJS.Platform;
  environment: NodeJS.ProcessEnv;
  /** The root of its file system. */
  root: string;
}

const THIS_MACHINE: Machine = { platform: process.platform, environment: process.env, root: '/' };

/**
 * workerd does not start on a Linux without certificate authorities, such as the slim images of Node. It then gets
 * Node's certificates in a file of `folder`. Returns the variables to add to its environment.
 */
export function certificateVariables(folder: string, machine = THIS_MACHINE): { SSL_CERT_FILE?: string } {
  if (machine.platform !== 'linux' || hasStore(machine)) return {};
  const file = join(folder, 'certificates.pem');
  writeFileSync(file, `${getCACertificates('default').join('\n')}\n`);
  return { SSL_CERT_FILE: file };
}

/** A store that the user named is used unchanged. */
function hasStore({ environment, root }: Machine): boolean {
  if (environment.SSL_CERT_FILE || environment.SSL_CERT_DIR) return true;
  return (
    FILES.some((file) => existsSync(join(root, file))) ||
    FOLDERS.some((folder) => namesIn(join(root, folder)).some((name) => HASHED_NAME.test(name)))
  );
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
