import { createSecret } from '../../../src/lib/secret.ts';
import { createAuthenticate } from '../../../src/transport/authenticate.ts';
import type { BasicCredential, Credential } from '../../../src/transport/credentials/credential.ts';
import { createTokens } from '../../../src/transport/token.ts';
import type { UpstreamRequest, UpstreamResponse } from '../../../src/transport/transport.ts';
import { createManualClock } from './clock.ts';
import { answer, recorded, registry, requestFor } from './exchange.ts';

export const origin = new URL('https://registry.example');
export const realm = 'https://registry.example/token';
export const challenge = `Bearer realm="${realm}",service="svc",scope="repository:dummy/ping:pull"`;
export const scope = 'repository:library/nginx:pull';
export const robot: BasicCredential = {
  kind: 'basic',
  id: 'robot#1',
  username: 'robot',
  password: createSecret('p:w'),
};

export type Answers = (request: UpstreamRequest, count: number) => UpstreamResponse | Promise<UpstreamResponse>;

export interface Setup {
  readonly registry: Answers;
  readonly tokens?: Answers;
  readonly credential?: Credential;
  readonly tokenRealms?: readonly string[];
}

export function setUp({ registry: registryAnswers, tokens, credential, tokenRealms = [] }: Setup) {
  const clock = createManualClock();
  const upstream = recorded(registryAnswers);
  const endpoint = recorded(
    tokens ?? ((request, count) => answer(request, 200, { body: { token: `t${count}`, expires_in: 300 } })),
  );
  const store = createTokens({
    registry,
    origin,
    tokenRealms,
    insecure: false,
    transport: endpoint.transport,
    clock,
    timeoutMs: 5_000,
  });
  const credentials = { find: () => Promise.resolve(credential) };
  const send = createAuthenticate(upstream.transport, { registry, credentials, tokens: store, clock });
  return {
    clock,
    asked: upstream.requests,
    fetched: endpoint.requests,
    close: store.close,
    ask: (extra: Partial<UpstreamRequest> = {}) =>
      send(requestFor('https://registry.example/v2/library/nginx/manifests/1', { scope, ...extra })),
  };
}

export const wantsToken: Answers = (request) =>
  request.headers['authorization'] === undefined
    ? answer(request, 401, { headers: { 'www-authenticate': challenge } })
    : answer(request, 200);

export function accepts(isGood: (authorization: string) => boolean, refusal = 401): Answers {
  return (request) =>
    isGood(request.headers['authorization'] ?? '')
      ? answer(request, 200)
      : answer(request, refusal, { headers: { 'www-authenticate': challenge } });
}
