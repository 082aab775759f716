// The lines of standard input: requests, and the answers to what a library fetches meanwhile.

import {createInterface} from 'node:readline';

export const lines = createInterface({input: process.stdin})[Symbol.asyncIterator]();

export function write(value) {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

// What a library fetches is asked of whoever asked us: {"fetch": {url, method, headers, body}} → {status, headers, body}.
export async function fetchOutside(url, {method = 'GET', headers = {}, body} = {}) {
  write({fetch: {url: String(url), method, headers: Object.fromEntries(new Headers(headers)), body: body?.toString() ?? ''}});
  const {value} = await lines.next();
  const answer = JSON.parse(value);
  return new Response([204, 302].includes(answer.status) ? null : answer.body, {status: answer.status, headers: answer.headers});
}
