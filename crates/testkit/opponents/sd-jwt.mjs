// dc+sd-jwt by the OpenWallet Foundation. Keys are JWKs; signatures come from Node's own cryptography.

import {createHash, createPrivateKey, createPublicKey, randomBytes, sign, verify} from 'node:crypto';
import {SDJwtVcInstance} from '@sd-jwt/sd-jwt-vc';

export const sdJwtVc = {
  async issue({claims, frame, key}) {
    const issuer = new SDJwtVcInstance({...common, signer: signer(key), signAlg: key.alg});
    return issuer.issue(claims, frame, {header: key.kid === undefined ? {} : {kid: key.kid}});
  },

  async derive({token, frame, holder, audience, nonce, now}) {
    const binding = holder === undefined ? {} : {kbSigner: signer(holder), kbSignAlg: holder.alg};
    const wallet = new SDJwtVcInstance({...common, ...binding});
    const kb = holder === undefined ? undefined : {payload: {iat: now, aud: audience, nonce}};
    return wallet.present(token, frame, {kb});
  },

  async verify({token, issuer, nonce, now}) {
    const verifier = new SDJwtVcInstance({...common, verifier: checker(issuer), kbVerifier: checkHolder});
    try {
      const options = {currentDate: now, ...(nonce === undefined ? {} : {keyBindingNonce: nonce})};
      const {payload, kb} = await verifier.verify(token, options);
      return {verified: true, claims: payload, audience: kb?.payload.aud};
    } catch(error) {
      return {verified: false, error: String(error)};
    }
  }
};

const common = {
  hashAlg: 'sha-256',
  hasher: (data, algorithm) =>
    new Uint8Array(createHash(algorithm.replace('-', '')).update(Buffer.from(data)).digest()),
  saltGenerator: length => randomBytes(length).toString('base64url'),
  // A referenced status list would be fetched; the other side checks it.
  statusListFetcher: () => Promise.reject(new Error('nothing is fetched'))
};

function signer(jwk) {
  const key = createPrivateKey({key: jwk, format: 'jwk'});
  return data => sign(digest(jwk), Buffer.from(data), {key, dsaEncoding: 'ieee-p1363'}).toString('base64url');
}

function checker(jwk) {
  const key = createPublicKey({key: jwk, format: 'jwk'});
  return (data, signature) => verify(
    digest(jwk), Buffer.from(data), {key, dsaEncoding: 'ieee-p1363'}, Buffer.from(signature, 'base64url'));
}

function checkHolder(data, signature, payload) {
  return checker(payload.cnf.jwk)(data, signature);
}

/** Ed25519 hashes by itself. */
function digest({kty}) {
  return kty === 'OKP' ? null : 'sha256';
}
