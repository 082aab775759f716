// @digitalbazaar/oid4-client: a wallet that takes up an offer of a running issuer and reads a verifier's request. The issuer
// stands behind a proxy that ends TLS: what the library sends to `origin` goes on to `to` on this machine.

import {OID4Client, getCredentialOffer, oid4vp, query} from '@digitalbazaar/oid4-client';
import {CompactSign, decodeJwt, importJWK} from 'jose';
import {createPrivateKey, sign} from 'node:crypto';

const fetch = globalThis.fetch;
let proxy;

// ky, which the library fetches with, looks this function up with each request.
globalThis.fetch = async (input, init) => {
  const request = new Request(input, init);
  if(proxy === undefined || !request.url.startsWith(`${proxy.origin}/`)) {
    throw new Error(`not fetched: ${request.url}`);
  }
  const {method, headers} = request;
  const body = method === 'GET' ? undefined : await request.arrayBuffer();
  return fetch(proxy.to + request.url.slice(proxy.origin.length), {method, headers, body});
};

const publicPart = ({d, ...jwk}) => jwk;

/** The offer that a link names. */
async function offer({url, ...at}) {
  proxy = at;
  return getCredentialOffer({url});
}

/** The whole way as the library goes it by itself. */
async function discover({url, ...at}) {
  const client = await OID4Client.fromCredentialOffer({offer: await offer({url, ...at})});
  return client.issuerConfig;
}

/** A client that was told what it could not discover, with a token that was fetched for it. */
async function configured({url, ...at}) {
  const taken = await offer({url, ...at});
  const wellKnown = async name => (await globalThis.fetch(`${at.origin}/.well-known/${name}`)).json();
  const issuer = await wellKnown('openid-credential-issuer');
  const server = await wellKnown('oauth-authorization-server');
  const code = taken.grants['urn:ietf:params:oauth:grant-type:pre-authorized_code']['pre-authorized_code'];
  const details = taken.credential_configuration_ids.map(
    id => ({type: 'openid_credential', credential_configuration_id: id}));
  const body = new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:pre-authorized_code',
    'pre-authorized_code': code, authorization_details: JSON.stringify(details)
  });
  const token = await (await globalThis.fetch(server.token_endpoint, {method: 'POST', body})).json();
  return new OID4Client({
    accessToken: token.access_token, authorizationDetails: token.authorization_details, offer: taken,
    issuerConfig: {...server, ...issuer, issuer: issuer.credential_issuer}
  });
}

/** A credential that is bound to nobody. */
async function accept(request) {
  const client = await configured(request);
  return (await client.requestCredentials()).credential;
}

/** A credential that is bound to a key, with the proof that the library makes. */
async function acceptBound({key, did, ...request}) {
  const client = await configured(request);
  const {nonce} = await client.getNonce();
  const secret = createPrivateKey({key, format: 'jwk'});
  const didProofSigner = {
    id: did, algorithm: 'P-256', sign: ({data}) => sign('sha256', data, {key: secret, dsaEncoding: 'ieee-p1363'})
  };
  return (await client.requestCredentials({did: did.split('#')[0], didProofSigner, nonce})).credential;
}

/** The same with a proof that jose made. */
async function acceptWithProof({key, did, ...request}) {
  const client = await configured(request);
  const {nonce} = await client.getNonce();
  const payload = {aud: client.issuerConfig.credential_issuer, iat: Math.floor(Date.now() / 1000), nonce};
  const proof = await new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
    .setProtectedHeader({typ: 'openid4vci-proof+jwt', alg: 'ES256', kid: did}).sign(await importJWK(key, 'ES256'));
  const id = client.authorizationDetails[0].credential_identifiers[0];
  const requests = [{credential_identifier: id, proofs: {jwt: [proof]}}];
  return (await client.requestCredentials({requests})).credential;
}

/** What a verifier asks, from the URL of a signed request by value. */
async function resolve({url, key}) {
  const getVerificationKey = () => importJWK(publicPart(key), 'ES256');
  const {authorizationRequest} = await oid4vp.authzRequest.get({url, getVerificationKey});
  return authorizationRequest;
}

/** The same request without the library's check of who asks: whether it is valid, and which credential answers it. */
async function read({url, credentials}) {
  const params = new URL(url).searchParams;
  const authorizationRequest = decodeJwt(params.get('request'));
  await oid4vp.authzRequest.validate({authorizationRequest, expectedClientId: params.get('client_id')});
  const [dcqlCredentialQuery] = authorizationRequest.dcql_query.credentials;
  const map = query.dcql.toJsonPointerMap({dcqlCredentialQuery});
  return credentials.map(credential => query.credentialMatches({credential, map}));
}

/** An answer: the form that is posted. */
async function answer({url, token}) {
  const authorizationRequest = decodeJwt(new URL(url).searchParams.get('request'));
  const {authorizationResponse} = await oid4vp.authzResponse.create(
    {authorizationRequest, vpToken: token, vpTokenMediaType: 'application/json'});
  return authorizationResponse;
}

export const oid4Client = {offer, discover, accept, acceptBound, acceptWithProof, resolve, read, answer};
