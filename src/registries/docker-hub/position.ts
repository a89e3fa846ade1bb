import { GatewayError } from '../../domain/errors.ts';
import { isTagName, type TagName } from '../../domain/reference.ts';

/** Where a listing of tags goes on. */
export type Position = HubPosition | RestPosition;

/** After so many tags of the Hub's own listing. */
export interface HubPosition {
  readonly kind: 'hub';
  readonly offset: number;
}

/** Among the tags that the Hub's own listing did not show, which the registry lists by name. */
export interface RestPosition {
  readonly kind: 'rest';
  /** How many tags the Hub had shown, in pages of which size. */
  readonly shown: number;
  readonly pageSize: number;
  /** The name that came last; `undefined` at the beginning. */
  readonly last: TagName | undefined;
}

/** A position as the token of a page: `hub:300`, `protocol:1000:100:1.27`. */
export function formatPosition(position: Position): string {
  if (position.kind === 'hub') return `hub:${String(position.offset)}`;
  return `protocol:${String(position.shown)}:${String(position.pageSize)}:${position.last ?? ''}`;
}

const hubToken = /^hub:(\d{1,9})$/;
const restToken = /^protocol:(\d{1,9}):(\d{1,3}):(.*)$/;

/** Reads a token; the beginning where there is none. Throws CURSOR_INVALID. */
export function readPosition(token: string | undefined): Position {
  if (token === undefined) return { kind: 'hub', offset: 0 };
  const [, offset] = hubToken.exec(token) ?? [];
  if (offset !== undefined) return { kind: 'hub', offset: Number(offset) };
  const [, shown, size, last = ''] = restToken.exec(token) ?? [];
  const pageSize = Number(size);
  if (shown !== undefined && pageSize >= 1 && pageSize <= 100) {
    const position = { kind: 'rest', shown: Number(shown), pageSize } as const;
    if (last === '') return { ...position, last: undefined };
    if (isTagName(last)) return { ...position, last };
  }
  throw new GatewayError('CURSOR_INVALID', 'the cursor is not of a list of tags on Docker Hub', {});
}
