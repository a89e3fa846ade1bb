import type { Soon } from './delivery.ts';

/** Payloads that were made, by what they were made of, so that all who resume after an outage share them. */
export interface PayloadMemo {
  /** The payload of a key, made where it is not known. */
  readonly get: (key: string, make: () => Soon<string>) => Soon<string>;
}

/** Keeps at most about so many bytes, and drops what was made first. */
export function createPayloadMemo(maxBytes: number): PayloadMemo {
  const known = new Map<string, Soon<string>>();
  let bytes = 0;

  function keep(key: string, payload: string): void {
    known.set(key, payload);
    bytes += sizeOf(key, payload);
    for (const [oldest, old] of known) {
      if (bytes <= maxBytes) return;
      if (typeof old !== 'string') continue;
      known.delete(oldest);
      bytes -= sizeOf(oldest, old);
    }
  }

  return {
    get: (key, make) => {
      const before = known.get(key);
      if (before !== undefined) return before;
      const payload = make();
      if (typeof payload === 'string') {
        keep(key, payload);
        return payload;
      }
      known.set(key, payload);
      void payload.then((text) => {
        keep(key, text);
      });
      return payload;
    },
  };
}

/** Text in memory has one or two bytes a sign; an entry costs about a hundred more. */
function sizeOf(key: string, payload: string): number {
  return 2 * (key.length + payload.length) + 100;
}
