import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { parseObject } from './documents.ts';

/** Bearer tokens that carry what they grant, signed with a key that lives as long as the process. */
export interface Tokens {
  /** A token for actions such as `repository:library/nginx:pull`. */
  make(actions: readonly string[], lifetimeSeconds: number): string;
  /** What a token grants; `undefined` where it is forged or has expired. */
  read(token: string): readonly string[] | undefined;
}

/** Tokens by a clock in milliseconds since the epoch. */
export function createTokens(now: () => number): Tokens {
  const key = randomBytes(32);
  const sign = (payload: string): Buffer => createHmac('sha256', key).update(payload).digest();

  return {
    make(actions, lifetimeSeconds) {
      const content = { actions, expires: now() + lifetimeSeconds * 1000, id: randomBytes(8).toString('hex') };
      const payload = Buffer.from(JSON.stringify(content)).toString('base64url');
      return `${payload}.${sign(payload).toString('base64url')}`;
    },
    read(token) {
      const [payload = '', signature = ''] = token.split('.');
      const [expected, actual] = [sign(payload), Buffer.from(signature, 'base64url')];
      if (expected.length !== actual.length || !timingSafeEqual(expected, actual)) return undefined;
      const content = parseObject(Buffer.from(payload, 'base64url'));
      if (typeof content?.['expires'] !== 'number' || content['expires'] <= now()) return undefined;
      const actions: unknown = content['actions'];
      return Array.isArray(actions) ? actions.filter((action) => typeof action === 'string') : undefined;
    },
  };
}
