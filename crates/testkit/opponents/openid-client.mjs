// openid-client: a relying party that signs people in over OpenID Connect and never heard of wallets. It speaks to a running
// server on this machine, whose plain HTTP must be allowed.

import * as client from 'openid-client';

async function discovered({issuer, clientId, secret}) {
  const authentication = secret === undefined ? client.None() : client.ClientSecretBasic(secret);
  return client.discovery(new URL(issuer), clientId, undefined, authentication, {execute: [client.allowInsecureRequests]});
}

/** Where the browser is sent, and what to remember meanwhile. */
async function signIn(request) {
  const config = await discovered(request);
  const [verifier, state, nonce] = [client.randomPKCECodeVerifier(), client.randomState(), client.randomNonce()];
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: request.redirectUri,
    scope: 'openid profile',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce
  });
  return {url: url.href, remembered: {verifier, state, nonce}};
}

/** What is learned when the browser comes back to `url`. */
async function signedIn({url, remembered: {verifier, state, nonce}, ...request}) {
  const config = await discovered(request);
  const tokens = await client.authorizationCodeGrant(config, new URL(url), {
    pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true
  });
  const claims = tokens.claims();
  return {claims, userinfo: await client.fetchUserInfo(config, tokens.access_token, claims.sub)};
}

export const openidClient = {signIn, signedIn};
