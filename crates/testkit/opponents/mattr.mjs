// BbsBlsSignature2020 and BbsBlsSignatureProof2020 by MATTR.

import {BbsBlsSignature2020, BbsBlsSignatureProof2020, deriveProof} from '@mattrglobal/jsonld-signatures-bbs';
import {Bls12381G2KeyPair} from '@mattrglobal/bls12381-key-pair';
import bs58 from 'bs58';
import jsigs from 'jsonld-signatures';
import {bytes} from './bytes.mjs';
import {olderLoader} from './loader.mjs';

const documentLoader = jsigs.extendContextLoader(olderLoader);

export const bbsBls2020 = {
  async issue({document, key: {id, secret}, created}) {
    const key = new Bls12381G2KeyPair({
      id,
      controller: id.split('#')[0],
      publicKeyBase58: bs58.encode(bs58.decode(id.split('#z')[1]).subarray(2)),
      privateKeyBase58: bs58.encode(bytes(secret))
    });
    const suite = new BbsBlsSignature2020({key, ...(created === undefined ? {} : {date: created})});
    return jsigs.sign(document, {suite, purpose: purpose(), documentLoader});
  },

  async derive({document, frame, nonce}) {
    const suite = new BbsBlsSignatureProof2020();
    return deriveProof(document, frame,
      {suite, documentLoader, ...(nonce === undefined ? {} : {nonce: bytes(nonce)})});
  },

  /** A base proof or a derived one. */
  async verify({document}) {
    const derived = document.proof?.type === 'BbsBlsSignatureProof2020';
    const suite = derived ? new BbsBlsSignatureProof2020() : new BbsBlsSignature2020();
    const {verified, error} = await jsigs.verify(document, {suite, purpose: purpose(), documentLoader});
    return verified ? {verified} : {verified, error: error?.errors?.map(String).join('; ') ?? String(error)};
  }
};

function purpose() {
  return new jsigs.purposes.AssertionProofPurpose();
}
