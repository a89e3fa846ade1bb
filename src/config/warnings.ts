import { accessWarnings } from './access-warnings.ts';
import type { Finding, KeyPath } from './finding.ts';
import type { Config } from './model.ts';
import { rawAt } from './raw.ts';

const shortestQuietInterval = 30_000;

/** What works as written but deserves a look: what has no effect, and what others could take advantage of. */
export function warningFindings(file: unknown, config: Config): readonly Finding[] {
  return [
    ...diskWithoutFolder(file, config),
    ...callersOfNoName(file, config),
    ...exposedCredentials(config),
    ...exposedClusters(config),
    ...unauditedWrites(config),
    ...unknownRegistries(config),
    ...accessWarnings(config),
    ...shortIntervals(config),
    ...untracedRegistries(config),
    ...nothingToRead(config),
  ];
}

function diskWithoutFolder(file: unknown, { cache }: Config): readonly Finding[] {
  const path = ['cache', 'disk'];
  if (cache.disk === 0 || cache.folder !== undefined || !isSet(rawAt(file, path))) return [];
  return [{ path, message: 'has no effect: the store has no folder, so name one for this as cache.folder' }];
}

function callersOfNoName(file: unknown, { access }: Config): readonly Finding[] {
  const path = ['limits', 'callerSockets'];
  if (access.mode !== 'open' || !isSet(rawAt(file, path))) return [];
  return [
    {
      path,
      message: 'has no effect: access is open, so nobody knows whose a connection is; limits.sockets counts all',
    },
  ];
}

function isSet(value: unknown): boolean {
  return value !== undefined && !(Array.isArray(value) && value.length === 0);
}

function exposedCredentials({ access, server, registries }: Config): readonly Finding[] {
  if (access.mode !== 'open' || isLoopback(server.host)) return [];
  return registries.flatMap(({ name, credentials }, index) => {
    if (credentials === undefined) return [];
    const message = `are used for everyone who reaches ${server.host}: access is open, so all that they may read of ${name} can be read by all; listen on 127.0.0.1, or keep others from the port`;
    return [{ path: ['registries', index, 'credentials'], message }];
  });
}

function exposedClusters({ access, server, streams, writes }: Config): readonly Finding[] {
  if (access.mode !== 'open' || isLoopback(server.host)) return [];
  return streams.flatMap(({ name, kind }, index) => {
    if (kind !== 'openshift') return [];
    const rights = writes ? 'read and write' : 'read';
    const message = `is reached with one identity for everyone who reaches ${server.host}: access is open, so all that it may ${rights} of ${name} is open to all; listen on 127.0.0.1, or keep others from the port`;
    return [{ path: ['streams', index], message }];
  });
}

function unauditedWrites({ access, audit, writes }: Config): readonly Finding[] {
  if (!writes || access.mode === 'open' || audit !== undefined) return [];
  const message = 'is true, and it is kept nowhere who changes what: name a file for that as audit.file, or "-"';
  return [{ path: ['writes'], message }];
}

/** Images of such hosts are looked for elsewhere, and found only in what the cluster recorded of them. */
function unknownRegistries({ registries, streams }: Config): readonly Finding[] {
  const known = new Set(
    registries.flatMap(({ name, aliases }) => [name, ...aliases]).map((host) => host.toLowerCase()),
  );
  return streams.flatMap((stream, index) => {
    if (stream.kind !== 'openshift') return [];
    return Object.entries(stream.registries)
      .filter(([, registry]) => !known.has(registry.toLowerCase()))
      .map(([host, registry]) => ({
        path: ['streams', index, 'registries', host],
        message: `has no effect: no entry under registries is called ${JSON.stringify(registry)}`,
      }));
  });
}

function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);
}

function shortIntervals({ registries, streams }: Config): readonly Finding[] {
  const intervals: readonly (readonly [path: KeyPath, interval: number | undefined])[] = [
    ...registries.map(({ watch }, index) => [['registries', index, 'watch', 'interval'], watch?.interval] as const),
    ...streams.map(
      (stream, index) => [['streams', index, 'schedule'], 'schedule' in stream ? stream.schedule : undefined] as const,
    ),
  ];
  const message = 'is below 30s, which registries may count as abuse: prefer 30s or more';
  return intervals.flatMap(([path, interval = Infinity]) =>
    interval < shortestQuietInterval ? [{ path, message }] : [],
  );
}

function untracedRegistries({ registries, telemetry }: Config): readonly Finding[] {
  if (telemetry !== undefined) return [];
  return registries.flatMap(({ propagateTrace }, index) => {
    const message = 'has no effect: nothing is traced until telemetry.otlp names a collector';
    return propagateTrace ? [{ path: ['registries', index, 'propagateTrace'], message }] : [];
  });
}

function nothingToRead({ registries, streams }: Config): readonly Finding[] {
  if (registries.length > 0 || streams.length > 0) return [];
  return [{ path: [], message: 'names no registry: nothing can be read until one stands under registries' }];
}
