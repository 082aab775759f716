// The only place that the libraries get documents from: a table that the caller fills, and did:key, which is worked out
// from its own text. Nothing is fetched.

import bs58 from 'bs58';

const documents = new Map();

/** Adds documents to the table: contexts, controller documents, verification methods; by URL. */
export function feed(more) {
  for(const [url, document] of Object.entries(more)) {
    documents.set(url, document);
  }
  return documents.size;
}

/** A document loader for libraries that know keys as `Multikey`. */
export const loader = load(multikey);

/** A document loader for libraries that know BLS12-381 keys as `Bls12381G2Key2020`. */
export const olderLoader = load(olderKey);

function load(method) {
  return async url => {
    const document = documents.get(url) ?? didKey(url, method);
    if(document === undefined) {
      throw new Error(`not fed: ${url}`);
    }
    // A copy: a library may write into what it is given.
    return {contextUrl: null, documentUrl: url, document: structuredClone(document)};
  };
}

/** The document of a `did:key`, or its one method when the URL has a fragment. */
function didKey(url, method) {
  const [, did, key, , fragment] = /^(did:key:(z[1-9A-HJ-NP-Za-km-z]+))(#(.+))?$/.exec(url) ?? [];
  if(did === undefined || (fragment !== undefined && fragment !== key)) {
    return undefined;
  }
  const {context, ...named} = method(did, key);
  if(fragment !== undefined) {
    return {'@context': context, ...named};
  }
  return {
    '@context': ['https://www.w3.org/ns/did/v1', context],
    id: did,
    verificationMethod: [named],
    authentication: [named.id],
    assertionMethod: [named.id]
  };
}

function multikey(did, key) {
  return {
    context: 'https://w3id.org/security/multikey/v1',
    id: `${did}#${key}`,
    type: 'Multikey',
    controller: did,
    publicKeyMultibase: key
  };
}

function olderKey(did, key) {
  return {
    context: 'https://w3id.org/security/bbs/v1',
    id: `${did}#${key}`,
    type: 'Bls12381G2Key2020',
    controller: did,
    // behind two bytes of multicodec
    publicKeyBase58: bs58.encode(bs58.decode(key.slice(1)).subarray(2))
  };
}
