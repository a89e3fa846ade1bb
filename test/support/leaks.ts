import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { parse } from 'yaml';
import { collected } from './collector.ts';
import { formsOf } from './secret-forms.ts';

/** Looks for secrets in all that a gateway of a test gives out: lines of its log, every byte that leaves its port, traces, and the audit log. */
export interface LeakWatch {
  /** Takes a line of the log. */
  readonly line: (text: string) => void;
  /** Takes what is sent from a port from now on: answers, sockets, streams, metrics. */
  readonly port: (port: number) => void;
  /** Ends the watch; throws where a secret was given out. */
  readonly end: () => void;
}

/** So much is kept of each connection, in bytes, before it is looked through. */
const chunk = 1024 * 1024;

/**
 * Starts to look for the secrets that stand in the files a configuration names, and in its URLs, and for every credential that
 * a server of this process is shown while the watch lasts: those of callers at the gateway, and the gateway's own at
 * registries, token servers and clusters.
 */
export function watchForLeaks(yaml: string): LeakWatch {
  const forms = new Set<string>();
  const found = new Set<string>();
  const outputs = new Map<object, Buffer[]>();
  const ports = new Set<number>();
  const log = {};

  function learn(secret: string): void {
    for (const form of formsOf(secret)) forms.add(form);
  }

  function take(from: object, bytes: Buffer): void {
    const kept = outputs.get(from) ?? [];
    outputs.set(from, kept);
    kept.push(bytes);
    if (kept.reduce((sum, { length }) => sum + length, 0) > chunk) look(kept);
  }

  /** Keeps the end, in which a secret may have begun. */
  function look(kept: Buffer[]): void {
    const all = Buffer.concat(kept.splice(0));
    for (const form of forms) {
      const at = all.indexOf(form);
      if (at >= 0) found.add(`…${all.subarray(Math.max(at - 80, 0), at).toString()}${form}`);
    }
    kept.push(all.subarray(-1024));
  }

  const onRequest = (message: unknown): void => {
    const { authorization = '' } = (message as { readonly request: IncomingMessage }).request.headers;
    const [, scheme = '', credential = ''] = /^(\w+) +(.*)$/.exec(authorization) ?? [];
    learn(credential);
    if (scheme.toLowerCase() === 'basic')
      learn(
        Buffer.from(credential, 'base64')
          .toString()
          .replace(/^[^:]*:/, ''),
      );
  };
  const onSocket = (message: unknown): void => {
    const { socket } = message as { readonly socket: Socket };
    if (socket.localPort === undefined || !ports.has(socket.localPort)) return;
    const write = socket.write.bind(socket) as (data: string | Uint8Array, ...rest: unknown[]) => boolean;
    const taking = (data: string | Uint8Array, ...rest: unknown[]): boolean => {
      const encoding = typeof rest[0] === 'string' ? (rest[0] as BufferEncoding) : 'utf8';
      take(socket, typeof data === 'string' ? Buffer.from(data, encoding) : Buffer.from(data));
      return write(data, ...rest);
    };
    Object.assign(socket, { write: taking });
  };

  const onTraces = (body: unknown): void => {
    take(collected, Buffer.from(String(body)));
  };

  const learnConfigured = (): void => {
    for (const secret of secretsOf(parse(yaml))) learn(secret);
  };
  learnConfigured();
  subscribe('http.server.request.start', onRequest);
  subscribe('net.server.socket', onSocket);
  subscribe(collected.name, onTraces);
  return {
    line: (text) => {
      take(log, Buffer.from(text));
    },
    port: (port) => ports.add(port),
    end: () => {
      unsubscribe('http.server.request.start', onRequest);
      unsubscribe('net.server.socket', onSocket);
      unsubscribe(collected.name, onTraces);
      // Files may have been written anew since.
      learnConfigured();
      const { audit } = parse(yaml) as { readonly audit?: { readonly file: string } };
      if (audit !== undefined) take(audit, Buffer.from(contentOf(audit.file).join('')));
      for (const kept of outputs.values()) look(kept);
      if (found.size > 0) throw new Error(`a secret was given out:\n${[...found].join('\n')}`);
    },
  };
}

const secretFiles = ['passwordFile', 'tokenFile', 'secretFile'];

/** The contents of files that are secret, and passwords within URLs, anywhere in a configuration. */
function secretsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return passwordIn(value);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: readonly [string, unknown]) =>
    secretFiles.includes(key) && typeof inner === 'string' ? contentOf(inner) : secretsOf(inner),
  );
}

function passwordIn(text: string): readonly string[] {
  if (!URL.canParse(text)) return [];
  const { password } = new URL(text);
  return password === '' ? [] : [decodeURIComponent(password)];
}

/** Tests take files away, too. */
function contentOf(file: string): readonly string[] {
  try {
    return [readFileSync(file, 'utf8').trim()];
  } catch {
    return [];
  }
}
