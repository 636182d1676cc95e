export { type TestCertificate, TestCertificates } from './test-certificates.ts';
