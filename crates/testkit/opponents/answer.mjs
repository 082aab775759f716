// Answers requests, one JSON object a line on standard input, with one JSON object a line on standard output:
//   {"do": "feed", "documents": {URL: DOCUMENT, …}}                 → {"ok": HOW MANY ARE KNOWN}
//   {"do": "issue" | "derive" | "verify", "suite": SUITE, …}        → {"ok": WHAT CAME OUT} or {"error": WHY}
//   {"do": "ask" | "resolve" | "answer" | "parse" | "fetch" | "send", "suite": "openid4vp", …} → the same
//   {"do": "time", "times": N, "request": {"do": …}}                → {"ok": MICROSECONDS, the median of N runs}
// README.md says what each suite takes.

import {lines, write} from './lines.mjs';
import {feed} from './loader.mjs';

// Each library is loaded when it is first asked for.
const SUITES = {
  'bbs-2023': async () => (await import('./digital-bazaar.mjs')).bbs2023,
  'ecdsa-sd-2023': async () => (await import('./digital-bazaar.mjs')).ecdsaSd2023,
  'BbsBlsSignature2020': async () => (await import('./mattr.mjs')).bbsBls2020,
  'dc+sd-jwt': async () => (await import('./sd-jwt.mjs')).sdJwtVc,
  'openid4vci': async () => (await import('./oid4vci.mjs')).openid4vci,
  'openid4vp': async () => (await import('./openid4vp.mjs')).openid4vp,
  'openid-client': async () => (await import('./openid-client.mjs')).openidClient,
  'oid4-client': async () => (await import('./oid4-client.mjs')).oid4Client,
  'did-auth-siop': async () => (await import('./did-auth-siop.mjs')).didAuthSiop
};

// What the libraries have to say is not an answer.
console.log = console.info = console.warn = console.error;

for(let line = await lines.next(); !line.done; line = await lines.next()) {
  write(await answer(JSON.parse(line.value)));
}

async function answer(request) {
  try {
    switch(request.do) {
      case 'feed':
        return {ok: feed(request.documents)};
      case 'time':
        return {ok: await time(request)};
      default:
        return {ok: await carryOut(request)};
    }
  } catch(error) {
    return {error: error?.errors?.map(String).join('; ') ?? why(error)};
  }
}

// An error with what caused it, and the OAuth error that a server gave.
function why(error) {
  const named = error?.data?.error ?? error?.error;
  const oauth = typeof named === 'string' ? `: ${named}` : '';
  const cause = error?.cause instanceof Error ? `; because: ${why(error.cause)}` : '';
  return `${error?.stack ?? error}${oauth}${cause}`;
}

async function carryOut(request) {
  const suite = await SUITES[request.suite]?.();
  const action = suite?.[request.do];
  if(action === undefined) {
    throw new Error(`unknown: ${request.do} of ${request.suite}`);
  }
  // A copy: the libraries write into what they are given.
  return action(structuredClone(request));
}

async function time({times, request}) {
  const runs = [];
  // The first run warms the compiler up.
  for(let run = -1; run < times; run++) {
    const start = process.hrtime.bigint();
    const result = await carryOut(request);
    const took = Number(process.hrtime.bigint() - start) / 1000;
    if(result.verified === false) {
      throw new Error(`does not verify: ${result.error}`);
    }
    if(run >= 0) {
      runs.push(took);
    }
  }
  return runs.sort((a, b) => a - b)[Math.floor(times / 2)];
}
