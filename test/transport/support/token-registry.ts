import { createSecret } from '../../../src/lib/secret.ts';
import type { Credential } from '../../../src/transport/credentials/credential.ts';
import type { Handler } from './server.ts';

const robot: Credential = {
  kind: 'basic',
  id: 'robot#1',
  username: 'robot',
  password: createSecret('canary-password'),
};

/** A credential that has no business anywhere but where it is meant for. */
export const credentials = { find: () => Promise.resolve(robot) };

/** The credential as it is sent to token endpoints. */
export const basicCanary = Buffer.from('robot:canary-password').toString('base64');

/** What must not turn up anywhere else. */
export const canaries: readonly string[] = ['canary', basicCanary, 'secret-token'];

export const scope = 'repository:a:pull';

export const ok: Handler = (_request, response) => {
  response.end('ok');
};

/** A registry with a token endpoint of its own; `after` says what it does with a good token. */
export function tokenRegistry(after: Handler, realm: () => string): Handler {
  return (request, response, count) => {
    if (request.url.startsWith('/token')) {
      response.end(JSON.stringify({ token: 'secret-token', expires_in: 300 }));
    } else if (request.headers.authorization === 'Bearer secret-token') {
      after(request, response, count);
    } else {
      response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm()}",service="s"` }).end();
    }
  };
}
