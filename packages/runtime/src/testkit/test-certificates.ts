import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** PEM files of one certificate and of whom to trust with it. */
export interface TestCertificate {
  readonly certFile: string;
  readonly keyFile: string;
  readonly caFile: string;
}

/** A certificate authority for tests, in a temporary folder of its own. It needs the program `openssl`, from 3.0. */
export class TestCertificates {
  readonly folder: string;
  readonly caFile: string;
  readonly #caKeyFile: string;

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'holdfast-certificates-'));
    this.caFile = join(this.folder, 'ca.pem');
    this.#caKeyFile = join(this.folder, 'ca.key');
    make(this.caFile, this.#caKeyFile, 'Test authority', [
      ...['-addext', 'basicConstraints=critical,CA:TRUE'],
      ...['-addext', 'keyUsage=critical,keyCertSign'],
    ]);
  }

  /**
   * Makes a certificate for two days, in files named after `file`; one made before under that name is replaced.
   *
   * @param alternativeNames - in OpenSSL's form. Default those of this machine.
   */
  make(
    file: string,
    commonName: string = file,
    alternativeNames = 'DNS:localhost,IP:127.0.0.1,IP:::1',
  ): TestCertificate {
    const certFile = join(this.folder, `${file}.pem`);
    const keyFile = join(this.folder, `${file}.key`);
    make(certFile, keyFile, commonName, [
      ...['-CA', this.caFile, '-CAkey', this.#caKeyFile],
      ...['-addext', 'basicConstraints=critical,CA:FALSE'],
      ...['-addext', `subjectAltName=${alternativeNames}`],
    ]);
    return { certFile, keyFile, caFile: this.caFile };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function make(certFile: string, keyFile: string, commonName: string, options: readonly string[]): void {
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-days', '2', '-subj', `/CN=${commonName}`, '-out', certFile, '-keyout', keyFile],
      ...options,
    ],
    { stdio: 'pipe' },
  );
}
