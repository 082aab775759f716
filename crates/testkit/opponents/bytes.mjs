// Byte strings cross the lines as base64url.

export function bytes(text) {
  return new Uint8Array(Buffer.from(text, 'base64url'));
}
