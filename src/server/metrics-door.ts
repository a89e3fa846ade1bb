import type { IncomingMessage } from 'node:http';
import type { Clock } from '../lib/clock.ts';
import { isSameText } from '../lib/same-text.ts';
import { createSecret } from '../lib/secret.ts';
import { watchFile } from '../lib/watched-file.ts';
import { authorizationOf } from './authorization.ts';
import { sendError, type Door } from './http.ts';
import type { Metrics } from './metrics.ts';

/** Who may read metrics, which name registries and clusters that rules may hide. */
export type MetricsReaders =
  | { readonly kind: 'everyone' }
  | { readonly kind: 'nobody' }
  /** Whoever shows what stands in the file, as `Authorization: Bearer …`. It is read again when it changes. */
  | { readonly kind: 'token'; readonly tokenFile: string };

/** What becomes of a reader. */
type Verdict = 'welcome' | 'stranger' | 'unready' | 'closed';

const refusals = {
  stranger: { status: 401, code: 'UNAUTHENTICATED', message: 'metrics are read with the token of server.metrics' },
  unready: { status: 503, code: 'AUTH_UNAVAILABLE', message: 'the token for metrics cannot be read now' },
  closed: {
    status: 403,
    code: 'FORBIDDEN',
    message: 'metrics name what rules may hide, so they take a token: server.metrics.tokenFile names its file',
  },
} as const;

/** Where Prometheus reads. */
export function createMetricsDoor(read: Metrics['read'], readers: MetricsReaders, clock: Clock): Door {
  const judge = judgeOf(readers, clock);
  return async (request, response, requestId) => {
    const verdict = await judge(request);
    if (verdict === 'welcome') {
      const { text, contentType } = await read();
      response.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-store' });
      response.end(text);
      return;
    }
    const { status, code, message } = refusals[verdict];
    if (verdict === 'stranger') response.setHeader('www-authenticate', 'Bearer');
    sendError(response, status, code, message, requestId);
  };
}

function judgeOf(readers: MetricsReaders, clock: Clock): (request: IncomingMessage) => Promise<Verdict> | Verdict {
  if (readers.kind === 'everyone') return () => 'welcome';
  if (readers.kind === 'nobody') return () => 'closed';
  const file = watchFile(readers.tokenFile, (bytes) => createSecret(bytes.toString('utf8').trim()), clock);
  return async (request) => {
    const token = await file.current().catch(() => undefined);
    if (token === undefined || token.reveal() === '') return 'unready';
    const [, shown = ''] = /^bearer +(\S+)$/i.exec(authorizationOf(request) ?? '') ?? [];
    return isSameText(shown, token.reveal()) ? 'welcome' : 'stranger';
  };
}
