import { networkErrors } from '@holdfast/core';
import { peerNotTrusted } from '../member-events.ts';
import { hostsOf, namesOneOf } from './certificate-hosts.ts';

/** Whether a peer may be whom it says: `peer`, which is reached by `peerUrls`. */
export type PeerCertification = (
  peer: string,
  peerUrls: readonly string[],
  certificateNames: readonly string[],
) => boolean;

/**
 * Binds members to their certificates: each shows one with the host of one of its peer URLs in it, or with `sharedName`
 * where all have that. Without certificates, anybody is believed.
 */
export function peerCertification(member: string, sharedName: string | undefined): PeerCertification {
  return (peer, peerUrls, certificateNames) => {
    if (certificateNames.length === 0) return true;
    const hosts = sharedName === undefined ? hostsOf(peerUrls) : [sharedName];
    if (namesOneOf(certificateNames, hosts)) return true;
    if (peerNotTrusted.active) {
      const names = certificateNames.filter((name) => name !== '').join(', ');
      const error = networkErrors.create('PEER_NOT_TRUSTED', {
        message:
          `a certificate of ${names} does not stand for member ${peer}` +
          (hosts.length === 0
            ? ', of which nothing is known here yet'
            : `, but one of ${hosts.join(' or ')} does`),
        context: { peer, hosts, certificateNames },
      });
      peerNotTrusted.publish({ member, peer, error });
    }
    return false;
  };
}
