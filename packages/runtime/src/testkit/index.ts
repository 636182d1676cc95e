export { freePort, freePorts } from './free-ports.ts';
export { type TestCertificate, TestCertificates } from './test-certificates.ts';
