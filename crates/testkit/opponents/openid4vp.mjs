// OpenID4VP by the OpenWallet Foundation (the library under Credo and others). Keys are JWKs; JWTs and JWEs are made and
// read by jose. Requests come by value, so that nothing is fetched, or from a server on this machine, over plain HTTP.

import {createHash} from 'node:crypto';
import {
  createOpenid4vpAuthorizationRequest, createOpenid4vpAuthorizationResponse, parseOpenid4vpAuthorizationRequest,
  parseOpenid4vpAuthorizationResponse, resolveOpenid4vpAuthorizationRequest, submitOpenid4vpAuthorizationResponse
} from '@openid4vc/openid4vp';
import {setGlobalConfig} from '@openid4vc/oauth2';
import {CompactEncrypt, CompactSign, compactDecrypt, compactVerify, decodeProtectedHeader, importJWK} from 'jose';

export const openid4vp = {
  /** As a verifier: a request as the URL of a wallet, signed if there is a key. */
  async ask({payload, key}) {
    const {authorizationRequest, authorizationRequestPayload} = await createOpenid4vpAuthorizationRequest({
      authorizationRequestPayload: payload,
      ...(key === undefined ? {} : {jar: {jwtSigner: {method: 'did', alg: key.alg, didUrl: key.kid}, expiresInSeconds: 300}}),
      callbacks: callbacks({key})
    });
    return {url: authorizationRequest, payload: authorizationRequestPayload};
  },

  /** As a wallet: what the URL asks, its signature checked with the verifier's key. */
  async resolve({url, key}) {
    const {params} = parseOpenid4vpAuthorizationRequest({authorizationRequest: url});
    const {authorizationRequestPayload, client, version, jar} = await resolveOpenid4vpAuthorizationRequest({
      authorizationRequestPayload: params,
      callbacks: callbacks({key})
    });
    return {payload: authorizationRequestPayload, prefix: client.prefix, version, signed: jar !== undefined};
  },

  /** As a wallet: the members of the answer. */
  async answer({payload, token}) {
    const encrypted = payload.response_mode.endsWith('.jwt');
    const {authorizationResponsePayload, jarm} = await createOpenid4vpAuthorizationResponse({
      authorizationRequestPayload: payload,
      authorizationResponsePayload: {vp_token: token},
      ...(encrypted ? {jarm: {encryption: {nonce: 'n'}, serverMetadata}} : {}),
      callbacks: callbacks({})
    });
    return encrypted ? {response: jarm.responseJwt} : authorizationResponsePayload;
  },

  /** As a wallet: what a server on this machine asks, which the URL names. */
  async fetch({url, key}) {
    setGlobalConfig({allowInsecureUrls: true});
    try {
      const {params} = parseOpenid4vpAuthorizationRequest({authorizationRequest: url});
      const {authorizationRequestPayload, client, jar} = await resolveOpenid4vpAuthorizationRequest({
        authorizationRequestPayload: params,
        callbacks: {...callbacks({key}), fetch}
      });
      return {payload: authorizationRequestPayload, prefix: client.prefix, signed: jar !== undefined};
    } finally {
      setGlobalConfig({allowInsecureUrls: false});
    }
  },

  /** As a wallet: sends the answer to that server, and gives what it says. */
  async send({payload, token}) {
    setGlobalConfig({allowInsecureUrls: true});
    try {
      const encrypted = payload.response_mode.endsWith('.jwt');
      const made = await createOpenid4vpAuthorizationResponse({
        authorizationRequestPayload: payload,
        authorizationResponsePayload: {vp_token: token},
        ...(encrypted ? {jarm: {encryption: {nonce: 'n'}, serverMetadata}} : {}),
        callbacks: callbacks({})
      });
      const {response} = await submitOpenid4vpAuthorizationResponse({
        authorizationRequestPayload: payload,
        authorizationResponsePayload: made.authorizationResponsePayload,
        ...(encrypted ? {jarm: {responseJwt: made.jarm.responseJwt}} : {}),
        callbacks: {...callbacks({}), fetch}
      });
      return {status: response.status, body: await response.text()};
    } finally {
      setGlobalConfig({allowInsecureUrls: false});
    }
  },

  /** As a verifier: the presentations of an answer, under the ids of the query. */
  async parse({payload, response, key}) {
    const parsed = await parseOpenid4vpAuthorizationResponse({
      authorizationRequestPayload: payload,
      authorizationResponse: response,
      callbacks: callbacks({key})
    });
    return {type: parsed.type, nonce: parsed.expectedNonce, token: parsed.authorizationResponsePayload.vp_token};
  }
};

const serverMetadata = {
  authorization_signing_alg_values_supported: [],
  authorization_encryption_alg_values_supported: ['ECDH-ES'],
  authorization_encryption_enc_values_supported: ['A128GCM', 'A256GCM']
};

function callbacks({key}) {
  return {
    hash: (data, algorithm) => new Uint8Array(createHash(algorithm.replace('-', '')).update(data).digest()),
    fetch: () => Promise.reject(new Error('nothing is fetched')),

    async signJwt(signer, {header, payload}) {
      const data = new TextEncoder().encode(JSON.stringify(payload));
      const jwt = await new CompactSign(data).setProtectedHeader(header).sign(await importJWK(key, signer.alg));
      return {jwt, signerJwk: publicPart(key)};
    },

    async verifyJwt(signer, {compact}) {
      try {
        await compactVerify(compact, await importJWK(publicPart(key), signer.alg));
        return {verified: true, signerJwk: publicPart(key)};
      } catch{
        return {verified: false};
      }
    },

    async encryptJwe({publicJwk, alg, enc}, data) {
      const header = {alg, enc, ...(publicJwk.kid === undefined ? {} : {kid: publicJwk.kid})};
      const to = await importJWK(publicJwk, alg);
      const jwe = await new CompactEncrypt(new TextEncoder().encode(data)).setProtectedHeader(header).encrypt(to);
      return {jwe, encryptionJwk: publicJwk};
    },

    async decryptJwe(jwe) {
      try {
        const {alg, kid} = decodeProtectedHeader(jwe);
        if(kid !== key.kid) {
          return {decrypted: false};
        }
        const {plaintext} = await compactDecrypt(jwe, await importJWK(key, alg));
        return {decrypted: true, payload: new TextDecoder().decode(plaintext), decryptionJwk: publicPart(key)};
      } catch{
        return {decrypted: false};
      }
    }
  };
}

function publicPart({d, ...rest}) {
  return rest;
}
