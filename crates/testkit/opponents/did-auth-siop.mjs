// @sphereon/did-auth-siop: a relying party that asks for self-issued ID tokens, and a wallet that makes them (SIOPv2).
// Keys are JWKs with alg and kid; JWTs are made and read by jose.

import {
  OP, PassBy, PropertyTarget, RP, ResponseMode, ResponseType, RevocationVerification, SupportedVersion
} from '@sphereon/did-auth-siop';
import {CompactSign, compactVerify, importJWK} from 'jose';

const BOTH = [PropertyTarget.AUTHORIZATION_REQUEST, PropertyTarget.REQUEST_OBJECT];
const publicPart = ({d, kid, alg, ...jwk}) => jwk;
// A key is shown by its DID URL, or by itself.
const issuerOf = ({kid, alg, ...jwk}, by) =>
  by === 'jwk' ? {method: 'jwk', alg, jwk: publicPart(jwk)} : {method: 'did', alg, didUrl: kid};

// The library signs nothing itself. `iat` is what the caller would have it be, if he says so.
const signer = (key, iat) => async (issuer, {header, payload}) => {
  const named = issuer.method === 'did' ? {kid: issuer.didUrl} : {};
  const data = new TextEncoder().encode(JSON.stringify(iat === undefined ? payload : {...payload, iat}));
  return new CompactSign(data).setProtectedHeader({...header, ...named, alg: key.alg}).sign(await importJWK(key, key.alg));
};

const verifier = keys => async (by, {raw}) => {
  const key = by.method === 'did' ? keys.find(({kid}) => kid === by.didUrl) : by.jwk;
  await compactVerify(raw, await importJWK(publicPart(key), by.alg ?? 'ES256'));
  return true;
};

function relyingParty({clientId, key, keys = [], answerTo, types}) {
  return RP.builder({requestVersion: SupportedVersion.OID4VP_v1})
    .withClientId(clientId, BOTH)
    .withScope('openid', PropertyTarget.REQUEST_OBJECT)
    .withResponseType(ResponseType.ID_TOKEN, PropertyTarget.REQUEST_OBJECT)
    .withResponseMode(ResponseMode.DIRECT_POST, PropertyTarget.REQUEST_OBJECT)
    .withResponseUri(answerTo, PropertyTarget.REQUEST_OBJECT)
    .withAudience('https://self-issued.me/v2', PropertyTarget.REQUEST_OBJECT)
    .withClientMetadata({
      passBy: PassBy.VALUE, targets: PropertyTarget.REQUEST_OBJECT, client_name: 'A shop', vp_formats_supported: {},
      subject_syntax_types_supported: types
    })
    .withRequestByValue()
    .withCreateJwtCallback(signer(key))
    .withVerifyJwtCallback(verifier(keys))
    .withPresentationVerification(async () => ({verified: true}))
    .withRevocationVerification(RevocationVerification.NEVER)
    .build();
}

/** As a relying party: the request as a URL. */
async function ask({nonce, state, ...party}) {
  const uri = await relyingParty(party).createAuthorizationRequestURI(
    {correlationId: 'c', nonce, state, jwtIssuer: issuerOf(party.key)});
  return uri.encodedUri;
}

/** As a relying party: the claims of the ID token of an answer. */
async function judge({nonce, state, response, ...party}) {
  const judged = await relyingParty(party).verifyAuthorizationResponse(
    response, {correlationId: 'c', nonce, state, audience: party.clientId});
  return judged.idToken.payload;
}

function walletOf({key, iss, iat, keys}) {
  return OP.builder()
    .withIssuer(iss)
    .withExpiresIn(600)
    .withCreateJwtCallback(signer(key, iat))
    .withVerifyJwtCallback(verifier(keys))
    .withSupportedVersions([SupportedVersion.OID4VP_v1])
    .build();
}

/** As a wallet: the members of the answer to a URL. */
async function answer({url, by, ...known}) {
  const wallet = walletOf(known);
  const request = await wallet.verifyAuthorizationRequest(url, {correlationId: 'c'});
  const {response} = await wallet.createAuthorizationResponse(request, {jwtIssuer: issuerOf(known.key, by)});
  return response.payload;
}

/** As a wallet: fetches the request that a URL names, sends the answer, and gives what the relying party says to it. */
async function serve({url, by, times = 1, ...known}) {
  const wallet = walletOf(known);
  const request = await wallet.verifyAuthorizationRequest(url, {correlationId: 'c'});
  const response = await wallet.createAuthorizationResponse(request, {jwtIssuer: issuerOf(known.key, by)});
  let said;
  for(let time = 0; time < times; time++) {
    said = await wallet.submitAuthorizationResponse(response);
  }
  return {status: said.status, body: await said.text()};
}

export const didAuthSiop = {ask, judge, answer, serve};
