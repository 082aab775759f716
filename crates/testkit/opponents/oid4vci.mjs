// @openid4vc/openid4vci: a wallet that takes up an offer, and an issuer that judges what a wallet sends.

import {createHash, createPrivateKey, createPublicKey, randomBytes, sign, verify} from 'node:crypto';
import {Openid4vciClient, Openid4vciIssuer, Openid4vciWalletProvider} from '@openid4vc/openid4vci';
import {
  Oauth2AuthorizationServer, Oauth2Client, clientAuthenticationAnonymous, clientAuthenticationClientAttestationJwt,
  clientAuthenticationNone
} from '@openid4vc/oauth2';
import {fetchOutside} from './lines.mjs';

const part = value => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const publicOf = ({d, did, ...jwk}) => jwk;
const signerOf = key => ({method: 'jwk', alg: 'ES256', publicJwk: publicOf(key)});

// Keys are private JWKs of P-256, found again by their x.
function callbacks(keys, clientAuthentication = clientAuthenticationAnonymous()) {
  const secretOf = jwtSigner => keys.find(key =>
    jwtSigner.method === 'did' ? key.did === jwtSigner.didUrl : key.x === (jwtSigner.publicJwk ?? {}).x);
  return {
    fetch: fetchOutside,
    hash: (data, algorithm) => createHash(algorithm.replace('-', '')).update(data).digest(),
    generateRandom: length => randomBytes(length),
    clientAuthentication,
    signJwt: (jwtSigner, {header, payload}) => {
      const {did, ...jwk} = secretOf(jwtSigner);
      const input = `${part(header)}.${part(payload)}`;
      const key = createPrivateKey({key: jwk, format: 'jwk'});
      const signature = sign('sha256', Buffer.from(input), {key, dsaEncoding: 'ieee-p1363'});
      return {jwt: `${input}.${signature.toString('base64url')}`, signerJwk: publicOf(jwk)};
    },
    verifyJwt: (jwtSigner, {compact}) => {
      // A token that names no key is by the first who is known.
      const jwk = jwtSigner.publicJwk ?? keys.find(key => jwtSigner.didUrl && key.did === jwtSigner.didUrl) ?? keys[0];
      const [header, payload, signature] = compact.split('.');
      const key = createPublicKey({key: publicOf(jwk), format: 'jwk'});
      const verified = verify(
        'sha256', Buffer.from(`${header}.${payload}`), {key, dsaEncoding: 'ieee-p1363'}, Buffer.from(signature, 'base64url'));
      return {verified, signerJwk: publicOf(jwk)};
    },
    encryptJwe: () => { throw new Error('not here'); },
    decryptJwe: () => { throw new Error('not here'); }
  };
}

// Each key gives a proof; all have one nonce.
async function credentials(client, {issuerMetadata, id, keys, clientId, keyAttestation, accessToken, dpop}) {
  const nonce = await client.requestNonce({issuerMetadata});
  const jwt = [];
  for(const key of keys) {
    const signer = key.did ? {method: 'did', alg: 'ES256', didUrl: key.did} : signerOf(key);
    const proof = await client.createCredentialRequestJwtProof({
      issuerMetadata, credentialConfigurationId: id, nonce: nonce.c_nonce, clientId, signer,
      keyAttestationJwt: keyAttestation && await keyAttestation(nonce.c_nonce)
    });
    jwt.push(proof.jwt);
  }
  return client.retrieveCredentials(
    {issuerMetadata, credentialConfigurationId: id, accessToken, proofs: {jwt}, dpop});
}

async function acceptPreAuthorized({offer, txCode, keys, dpopKey}) {
  const client = new Openid4vciClient({callbacks: callbacks([...keys, dpopKey])});
  const credentialOffer = await client.resolveCredentialOffer(offer);
  const issuerMetadata = await client.resolveIssuerMetadata(credentialOffer.credential_issuer);
  const token = await client.retrievePreAuthorizedCodeAccessTokenFromOffer(
    {credentialOffer, issuerMetadata, txCode, dpop: {signer: signerOf(dpopKey)}});
  const {access_token: accessToken} = token.accessTokenResponse;
  const [id] = credentialOffer.credential_configuration_ids;
  const {credentialResponse} = await credentials(client, {issuerMetadata, id, keys, accessToken, dpop: token.dpop});
  await client.sendNotification({
    issuerMetadata, accessToken, dpop: token.dpop,
    notification: {notificationId: credentialResponse.notification_id, event: 'credential_accepted'}
  });
  return {credentials: credentialResponse.credentials, tokenType: token.accessTokenResponse.token_type};
}

async function acceptWithSignIn({offer, keys, dpopKey, provider, clientId, redirectUri}) {
  const expiresAt = new Date(Date.now() + 3600_000);
  const vouching = new Openid4vciWalletProvider({callbacks: callbacks([provider])});
  const clientAttestationJwt = await vouching.createWalletAttestationJwt({
    issuer: 'https://provider.example', clientId, expiresAt, confirmation: {jwk: publicOf(dpopKey)},
    signer: signerOf(provider), walletName: 'Opponent'
  });
  const plain = callbacks([...keys, dpopKey, provider]);
  const all = callbacks(
    [...keys, dpopKey, provider], clientAuthenticationClientAttestationJwt({clientAttestationJwt, callbacks: plain}));
  const client = new Openid4vciClient({callbacks: all});
  const credentialOffer = await client.resolveCredentialOffer(offer);
  const issuerMetadata = await client.resolveIssuerMetadata(credentialOffer.credential_issuer);
  const [id] = credentialOffer.credential_configuration_ids;
  const state = randomBytes(16).toString('hex');
  const {authorizationRequestUrl, pkce} = await client.initiateAuthorization({
    credentialOffer, issuerMetadata, clientId, redirectUri, scope: id, dpop: {signer: signerOf(dpopKey)},
    additionalRequestPayload: {state}
  });
  // The browser goes there, and comes back.
  const browser = await fetchOutside(authorizationRequestUrl);
  const authorizationServerMetadata = issuerMetadata.authorizationServers[0];
  const {code: authorizationCode} = client.parseAndVerifyAuthorizationResponseRedirectUrl(
    {url: browser.headers.get('location'), authorizationServerMetadata});
  const token = await client.retrieveAuthorizationCodeAccessTokenFromOffer({
    credentialOffer, issuerMetadata, authorizationCode, redirectUri, pkceCodeVerifier: pkce.codeVerifier,
    dpop: {signer: signerOf(dpopKey)}
  });
  const {access_token: accessToken, refresh_token: refreshToken} = token.accessTokenResponse;
  const keyAttestation = nonce => vouching.createKeyAttestationJwt({
    nonce, expiresAt, attestedKeys: keys.map(publicOf), keyStorage: ['iso_18045_high'], use: 'proof_type.jwt',
    signer: signerOf(provider)
  });
  const {credentialResponse: deferred} = await credentials(client, {
    issuerMetadata, id, keys: keys.slice(0, 1), clientId, keyAttestation, accessToken, dpop: token.dpop
  });
  const refreshed = await new Oauth2Client({callbacks: all}).retrieveRefreshTokenAccessToken(
    {authorizationServerMetadata, refreshToken, dpop: token.dpop});
  const {deferredCredentialResponse} = await client.retrieveDeferredCredentials({
    issuerMetadata, accessToken: refreshed.accessTokenResponse.access_token, dpop: refreshed.dpop,
    transactionId: deferred.transaction_id
  });
  return {deferred: deferred.transaction_id !== undefined, credentials: deferredCredentialResponse.credentials};
}

// A public client pushes its request and proves that it was it (PKCE); nobody vouches for it and nothing waits.
async function acceptAfterSignIn({offer, keys, dpopKey, clientId, redirectUri}) {
  const all = callbacks([...keys, dpopKey], clientAuthenticationNone({clientId}));
  const client = new Openid4vciClient({callbacks: all});
  const credentialOffer = await client.resolveCredentialOffer(offer);
  const issuerMetadata = await client.resolveIssuerMetadata(credentialOffer.credential_issuer);
  const [id] = credentialOffer.credential_configuration_ids;
  const {scope} = issuerMetadata.credentialIssuer.credential_configurations_supported[id];
  const state = randomBytes(16).toString('hex');
  const [authorizationServerMetadata] = issuerMetadata.authorizationServers;
  // The client for credentials sends no state (0.4.6); the one for OAuth does.
  const {authorizationRequestUrl, pkce} = await new Oauth2Client({callbacks: all}).initiateAuthorization({
    authorizationServerMetadata, clientId, redirectUri, scope, state, dpop: {signer: signerOf(dpopKey)},
    resource: issuerMetadata.credentialIssuer.credential_issuer,
    additionalRequestPayload: {issuer_state: credentialOffer.grants.authorization_code.issuer_state}
  });
  const browser = await fetchOutside(authorizationRequestUrl);
  const back = client.parseAndVerifyAuthorizationResponseRedirectUrl(
    {url: browser.headers.get('location'), authorizationServerMetadata});
  if(back.state !== state) {
    throw new Error(`another state: ${back.state}`);
  }
  const token = await client.retrieveAuthorizationCodeAccessTokenFromOffer({
    credentialOffer, issuerMetadata, authorizationCode: back.code, redirectUri, pkceCodeVerifier: pkce.codeVerifier,
    dpop: {signer: signerOf(dpopKey)}
  });
  const {access_token: accessToken, token_type: tokenType} = token.accessTokenResponse;
  const {credentialResponse} = await credentials(
    client, {issuerMetadata, id, keys, clientId, accessToken, dpop: token.dpop});
  await client.sendNotification({
    issuerMetadata, accessToken, dpop: token.dpop,
    notification: {notificationId: credentialResponse.notification_id, event: 'credential_accepted'}
  });
  return {credentials: credentialResponse.credentials, tokenType};
}

// What our wallet sends, judged as an issuer does.
async function judge({metadata, server, request, nonce, clientId, token, code, txCode, headers, provider}) {
  const all = callbacks([provider]);
  const issuer = new Openid4vciIssuer({callbacks: all});
  const credentialIssuer = issuer.createCredentialIssuerMetadata(metadata);
  const issuerMetadata = {
    originalDraftVersion: 'V1', credentialIssuer, authorizationServers: [server],
    knownCredentialConfigurations: issuer.getKnownCredentialConfigurationsSupported(credentialIssuer)
  };
  const {credentialConfigurationId, proofs} = issuer.parseCredentialRequest({issuerMetadata, credentialRequest: request});
  const proof = await issuer.verifyCredentialRequestJwtProof(
    {issuerMetadata, jwt: proofs.jwt[0], expectedNonce: nonce, clientId});
  const authorizationServer = new Oauth2AuthorizationServer({callbacks: all});
  const asked = {headers: new Headers(headers), method: 'POST', url: server.token_endpoint};
  const accessTokenRequest = Object.fromEntries(new URLSearchParams(token));
  const parsed = authorizationServer.parseAccessTokenRequest({accessTokenRequest, request: asked});
  const verified = await authorizationServer.verifyPreAuthorizedCodeAccessTokenRequest({
    grant: parsed.grant, accessTokenRequest, request: asked, authorizationServerMetadata: server,
    expectedPreAuthorizedCode: code, expectedTxCode: txCode, dpop: {required: true, ...parsed.dpop},
    clientAttestation: {required: true, expectedClientId: clientId, ...parsed.clientAttestation}
  });
  return {credentialConfigurationId, key: proof.signer.publicJwk, dpop: verified.dpop.jwk};
}

async function offer({metadata, server, id}) {
  const issuer = new Openid4vciIssuer({callbacks: callbacks([])});
  const {credentialOffer} = await issuer.createCredentialOffer({
    issuerMetadata: {originalDraftVersion: 'V1', credentialIssuer: metadata, authorizationServers: [server]},
    credentialConfigurationIds: [id],
    grants: {'urn:ietf:params:oauth:grant-type:pre-authorized_code': {'pre-authorized_code': 'a code', tx_code: {length: 6}}}
  });
  return credentialOffer;
}

export const openid4vci = {acceptPreAuthorized, acceptWithSignIn, acceptAfterSignIn, judge, offer};
