// bbs-2023 and ecdsa-sd-2023 by Digital Bazaar.

import * as bbs from '@digitalbazaar/bbs-2023-cryptosuite';
import * as ecdsaSd from '@digitalbazaar/ecdsa-sd-2023-cryptosuite';
import * as Bls12381Multikey from '@digitalbazaar/bls12-381-multikey';
import * as EcdsaMultikey from '@digitalbazaar/ecdsa-multikey';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {createRequire} from 'node:module';
import bs58 from 'bs58';
import {bytes} from './bytes.mjs';
import {loader} from './loader.mjs';

// The copy of jsonld-signatures that data-integrity itself depends on, not the older one beside it.
const dataIntegrity = createRequire(import.meta.url).resolve('@digitalbazaar/data-integrity');
const jsigs = createRequire(dataIntegrity)('jsonld-signatures');

export const bbs2023 = suite(bbs, bbsSigner);
export const ecdsaSd2023 = suite(ecdsaSd, ecdsaSigner);

function suite(cryptosuite, signer) {
  return {
    async issue({document, key, pointers, created}) {
      const proof = new DataIntegrityProof({
        signer: await signer(key),
        date: created ?? null,
        cryptosuite: cryptosuite.createSignCryptosuite({mandatoryPointers: pointers})
      });
      return jsigs.sign(document, options(proof));
    },

    async derive({document, pointers, header}) {
      const proof = new DataIntegrityProof({
        cryptosuite: cryptosuite.createDiscloseCryptosuite({
          selectivePointers: pointers,
          ...(header === undefined ? {} : {presentationHeader: bytes(header)})
        })
      });
      return jsigs.derive(document, options(proof));
    },

    async verify({document, header}) {
      const proof = new DataIntegrityProof({
        cryptosuite: cryptosuite.createVerifyCryptosuite(
          header === undefined ? {} : {expectedPresentationHeader: bytes(header)})
      });
      const {verified, error} = await jsigs.verify(document, options(proof));
      return verified ? {verified} : {verified, error: error?.errors?.map(String).join('; ') ?? String(error)};
    }
  };
}

function options(proof) {
  return {suite: proof, purpose: new jsigs.purposes.AssertionProofPurpose(), documentLoader: loader};
}

async function bbsSigner({id, secret}) {
  const algorithm = Bls12381Multikey.ALGORITHMS.BBS_BLS12381_SHA256;
  const key = await Bls12381Multikey.fromRaw({algorithm, secretKey: bytes(secret), publicKey: publicKey(id)});
  return {...key.signer(), id};
}

async function ecdsaSigner({id, secret}) {
  const key = await EcdsaMultikey.fromRaw({curve: 'P-256', secretKey: bytes(secret), publicKey: publicKey(id)});
  return {...key.signer(), id};
}

/** The public key in the fragment of a `did:key` method, without its multicodec. */
function publicKey(id) {
  return new Uint8Array(bs58.decode(id.split('#z')[1]).subarray(2));
}
