import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { layerCommands, readImageConfig } from '../../src/domain/image-config.ts';
import { bytesOf, failureOf, outcomeOf } from './given.ts';

function read(document: unknown): ReturnType<typeof readImageConfig> {
  return readImageConfig(bytesOf(document));
}

const empty = {
  created: undefined,
  author: undefined,
  user: undefined,
  env: [],
  entrypoint: [],
  command: [],
  workingDir: undefined,
  exposedPorts: [],
  volumes: [],
  labels: new Map(),
  stopSignal: undefined,
  history: [],
  platform: undefined,
};

describe('an image configuration', () => {
  it('says what the image runs and where it comes from', () => {
    const document = {
      created: '2015-10-31T22:22:56.015925234Z',
      author: 'Alyssa',
      os: 'windows',
      architecture: 'arm64',
      variant: 'v8',
      'os.version': '10.0.20348.2340',
      container_config: { User: 'ignored' },
      config: {
        User: 'alice',
        Env: ['A=b', 'LONELY'],
        Entrypoint: ['/bin/app'],
        Cmd: ['--x'],
        WorkingDir: '/home',
        ExposedPorts: { '8080/tcp': {}, '53/udp': {} },
        Volumes: { '/z': {}, '/a': {} },
        Labels: { z: '1', __proto: '2', a: '' },
        StopSignal: 'SIGTERM',
      },
      history: [
        { created: '1970-01-01T00:00:00Z', created_by: 'ADD', author: 'A', comment: 'c' },
        { empty_layer: true },
      ],
    };
    expect(read(document)).toEqual({
      created: Date.UTC(2015, 9, 31, 22, 22, 56, 15),
      author: 'Alyssa',
      user: 'alice',
      env: ['A=b', 'LONELY'],
      entrypoint: ['/bin/app'],
      command: ['--x'],
      workingDir: '/home',
      exposedPorts: ['53/udp', '8080/tcp'],
      volumes: ['/a', '/z'],
      labels: new Map(Object.entries(document.config.Labels)),
      stopSignal: 'SIGTERM',
      history: [
        { created: 0, createdBy: 'ADD', author: 'A', comment: 'c', emptyLayer: false },
        { created: undefined, createdBy: undefined, author: undefined, comment: undefined, emptyLayer: true },
      ],
      platform: { os: 'windows', architecture: 'arm64', variant: 'v8', osVersion: '10.0.20348.2340' },
    });
  });

  it('keeps labels in the order of the document, whatever their names', () => {
    const config = readImageConfig(bytesOf('{"config":{"Labels":{"z":"1","__proto__":"2","a":"3"}}}'));
    expect([...config.labels.keys()]).toEqual(['z', '__proto__', 'a']);
  });

  it.each([
    {},
    { config: null, history: null },
    { config: {} },
    {
      config: { Labels: null, Env: null, Cmd: null, Entrypoint: null, ExposedPorts: null, Volumes: null, User: '' },
      author: '',
    },
  ])('may say nothing at all, as %j', (document) => {
    expect(read(document)).toEqual(empty);
  });

  it('may have one text for a command, as docker takes it', () => {
    expect(read({ config: { Entrypoint: '/bin/sh', Cmd: '-c' } })).toMatchObject({
      entrypoint: ['/bin/sh'],
      command: ['-c'],
    });
  });

  it.each([
    ['0001-01-01T00:00:00Z', undefined],
    ['0001-01-01T00:00:00.123456789Z', undefined],
    ['', undefined],
    ['yesterday', undefined],
    ['2024-13-01T00:00:00Z', undefined],
    ['2024-01-01', undefined],
    ['1970-01-01T00:00:00Z', 0],
    ['2024-01-01T00:00:00.1Z', Date.UTC(2024, 0, 1, 0, 0, 0, 100)],
    ['2024-01-01t00:00:00.999999999z', Date.UTC(2024, 0, 1, 0, 0, 0, 999)],
    ['2024-01-01T02:00:00.5+02:00', Date.UTC(2024, 0, 1, 0, 0, 0, 500)],
  ])('was created at %j: %s', (created, expected) => {
    expect(read({ created }).created).toBe(expected);
  });

  it.each([
    ['os', { os: 1 }],
    ['variant', { variant: 1 }],
    ['created', { created: 1 }],
    ['history', { history: 'x' }],
    ['history[0]', { history: ['x'] }],
    ['history[0].empty_layer', { history: [{ empty_layer: 'yes' }] }],
    ['config', { config: [] }],
    ['config.User', { config: { User: 1 } }],
    ['config.Env[0]', { config: { Env: [1] } }],
    ['config.Volumes', { config: { Volumes: ['/a'] } }],
    ['config.Labels["a"]', { config: { Labels: { a: 1 } } }],
  ])('is refused for its %s, saying so', (field, document) => {
    const { code, message } = failureOf(() => read(document));
    expect(code).toBe('UPSTREAM_INVALID');
    expect(message).toContain(`image configuration.${field} is `);
  });

  it('is refused with UPSTREAM_INVALID and nothing else, whatever it is', () => {
    const names = ['created', 'os', 'architecture', 'config', 'history'];
    const part = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.record({ Env: fc.jsonValue(), Labels: fc.jsonValue(), Volumes: fc.jsonValue() }),
    );
    const document = fc.tuple(fc.constantFrom(...names), part).map(([name, value]) => bytesOf({ [name]: value }));
    fc.assert(
      fc.property(fc.oneof(document, fc.uint8Array()), (bytes) => {
        const outcome = outcomeOf(() => readImageConfig(bytes));
        if (typeof outcome === 'string') expect(outcome).toBe('UPSTREAM_INVALID');
      }),
    );
  });
});

describe('the commands of layers', () => {
  const history = [{ created_by: 'a' }, { created_by: 'env', empty_layer: true }, {}, { created_by: 'c' }];

  it('are those of the steps that made them, lowest first', () => {
    expect(layerCommands(read({ history }), 3)).toEqual(['a', undefined, 'c']);
  });

  it.each([0, 1, 2, 4])('are not known where there are %d layers and three steps', (count) => {
    expect(layerCommands(read({ history }), count)).toEqual(Array.from({ length: count }, () => undefined));
  });
});
