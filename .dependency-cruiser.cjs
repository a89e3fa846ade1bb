/**
 * Imports go down only: main, gateway > server > graphql > events, image-streams, images, access, audit, webhooks > cache, registries,
 * stream-sources, store > transport > domain, lib.
 * Each comment says what to do instead.
 */

/** The npm packages that only some floors know: package pattern, the files that may, and why. */
const packages = [
  [
    'graphql|@apollo/[^/]+|@graphql-tools/[^/]+|graphql-ws',
    '^src/(?:graphql|server|cli/client/watch)/',
    'Answer with plain data of the domain and let src/graphql/ translate it.',
  ],
  [
    'dataloader',
    '^src/(?:images|image-streams)/',
    'Take a loader of src/images/ or src/image-streams/, so that keys are grouped in one place.',
  ],
  [
    'ws',
    '^src/(?:server|cli/client/watch)/',
    'Sockets are served in src/server/, and opened by src/cli/client/watch/.',
  ],
  ['undici', '^src/transport/', 'Ask through a Transport, which limits, redacts and authenticates.'],
  ['cockatiel', '^src/transport/', 'Retries and breakers are decorators of a Transport.'],
  [
    'lru-cache',
    '^src/(?:cache|transport|registries|graphql|access)/',
    'Facts are remembered in src/cache/, which wraps the Registry; elsewhere only tokens, where a paging stands, documents and decisions.',
  ],
  ['jose', '^src/access/callers/', 'Ask who calls through Callers: tokens are read in one place.'],
  [
    'zod',
    '^src/(?:config|registries|transport/credentials|webhooks)/',
    'Check what comes from outside where it comes in, and pass on the types of the domain.',
  ],
  [
    'yaml',
    '^src/(?:config/|cli/|transport/cluster/kubeconfig-file\\.ts$)',
    'Take the Config: only src/config/ reads the file, and kubeconfig-file.ts those of kubectl.',
  ],
  [
    'commander',
    '^src/(?:main\\.ts$|cli/)',
    'Take what you need as a parameter: only the command line knows its options.',
  ],
  [
    'libsql',
    '^src/(?:cache/disk[^/]*\\.ts$|store/sqlite/)',
    'Ask the Store, or the Disk of the cache: each alone knows its SQL.',
  ],
  ['pino', '^src/lib/log\\.ts$', 'Take a Log: src/lib/log.ts leaves secrets out.'],
  ['prom-client', '^src/(?:server/|gateway\\.ts$)', 'Offer a callback, as onExchange, and count in src/server/.'],
  [
    '@opentelemetry/[^/]+',
    '^src/telemetry/',
    'Take a callback, as `trace`: what traces are made of is known to src/telemetry/ alone.',
  ],
  ['pg', '^src/store/postgres/', 'Ask through a Session of src/store/, whose statements both engines understand.'],
  ['picomatch', '^src/lib/glob\\.ts$', 'Use src/lib/glob.ts, so that patterns mean the same everywhere.'],
];

const packageRules = packages.map(([name, allowed, comment]) => ({
  name: `${name.split('|')[0]}-only-where-it-belongs`,
  comment,
  severity: 'error',
  from: { path: '^src/', pathNot: allowed },
  to: { path: `(?:^|/)node_modules/(?:${name})/` },
}));

/** A floor and what it may import besides itself. */
const floors = [
  ['lib', [], 'lib/ knows no word of the field: move what needs one to the floor that asks for it, or pass it in.'],
  [
    'transport',
    ['domain', 'lib'],
    'A transport knows one exchange: let registries/ say what is asked, and pass in what else it needs.',
  ],
  [
    'registries',
    ['transport', 'domain', 'lib'],
    'An adapter implements the port and knows nobody above it: return what the port asks for.',
  ],
  [
    'stream-sources',
    ['store', 'transport', 'domain', 'lib'],
    'A source of image streams writes to the store: take a Registry (the port) as a parameter, put rules into domain/.',
  ],
  ['telemetry', ['lib'], 'Tracing is handed what it is to record: it knows neither operations nor registries.'],
  ['cache', ['domain', 'lib'], 'The cache wraps the port src/domain/registry.ts, whatever adapter is behind it.'],
  ['store', ['domain', 'lib'], 'The store keeps what it is given: whoever knows what it means reads and changes it.'],
  [
    'access',
    ['transport', 'domain', 'lib'],
    'Access decides on names alone: pass names in. Callers ask over a transport who somebody is.',
  ],
  ['audit', ['domain', 'lib'], 'The audit log keeps what it is told: pass in who asked and what came of it.'],
  [
    'images',
    ['access', 'domain', 'lib'],
    'Take a Registry (the port) as a parameter instead of an adapter, transport or cache.',
  ],
  [
    'image-streams',
    ['images', 'access', 'audit', 'store', 'domain', 'lib'],
    'Take an ImageStreamSource (the port) as a parameter instead of a source, and ask images/ about images.',
  ],
  [
    'events',
    ['images', 'access', 'store', 'domain', 'lib'],
    'Events know neither GraphQL nor sockets: take what makes a payload, and what sends it, as parameters.',
  ],
  [
    'webhooks',
    ['domain', 'lib'],
    'A webhook says where to look, and looks nowhere: return hints, and let who takes them ask the registry.',
  ],
  [
    'graphql',
    ['events', 'image-streams', 'images', 'access', 'audit', 'domain', 'lib'],
    'Resolvers call images/, image-streams/ and events/, which call the ports: put the work there.',
  ],
  [
    'server',
    ['graphql', 'events', 'access', 'webhooks', 'domain', 'lib'],
    'The server frames what src/graphql/ and src/webhooks/ answer; gateway.ts hands it what else it needs.',
  ],
  ['config', ['domain', 'lib'], 'The configuration is data: gateway.ts makes things of it.'],
];

const floorRules = floors.map(([floor, below, comment]) => ({
  name: `${floor}-imports-${['itself', ...below].join('-')}`,
  comment,
  severity: 'error',
  from: { path: `^src/${floor}/` },
  to: { path: '^src/', pathNot: [`^src/(?:${[floor, ...below].join('|')})/`, '^src/config(?:/|\\.ts$)'] },
}));

/** Files right under src/ that put floors together. */
const assembly = '^src/(?:main|gateway|open-[a-z-]+)\\.ts$';

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Move what both need into a third file, or pass one of them in as a parameter.',
      severity: 'error',
      from: {},
      // Types may refer to each other: they are erased, so nothing depends on the order in which files are run.
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'nothing-unresolved',
      comment: 'Correct the specifier (it ends in .ts), or add the package to package.json.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'domain-is-pure',
      comment:
        'domain/ imports domain/ alone, neither npm packages nor node:*: pass the result in, or move the code to the floor that needs it.',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { pathNot: '^src/domain/' },
    },
    ...floorRules,
    {
      name: 'one-vendor-never-imports-another',
      comment: 'Share through registries/oci/, which every vendor spreads; a word of one vendor stays in its folder.',
      severity: 'error',
      from: { path: '^src/registries/([^/]+)/' },
      to: { path: '^src/registries/[^/]+/', pathNot: ['^src/registries/$1/', '^src/registries/oci/'] },
    },
    {
      name: 'the-store-is-known-by-its-port',
      comment:
        'Take a Store, or a part of it, as a parameter, with the types of src/store/store.ts: only gateway.ts opens one.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/store/', assembly] },
      to: { path: '^src/store/', pathNot: '^src/store/store\\.ts$' },
    },
    {
      name: 'vendors-do-not-know-the-list',
      comment: 'The list imports the vendors, never the other way: take what you need as a parameter.',
      severity: 'error',
      from: { path: '^src/registries/[^/]+/' },
      to: { path: '^src/registries/index\\.ts$' },
    },
    {
      name: 'sources-know-the-port-of-the-store',
      comment: 'Take a Store (the port, src/store/store.ts) as a parameter: which engine it is, gateway.ts decides.',
      severity: 'error',
      from: { path: '^src/stream-sources/' },
      to: { path: '^src/store/', pathNot: '^src/store/store\\.ts$' },
    },
    {
      name: 'one-source-never-imports-another',
      comment: 'What both need are rules of image streams: put them into domain/.',
      severity: 'error',
      from: { path: '^src/stream-sources/([^/]+)/' },
      to: { path: '^src/stream-sources/', pathNot: '^src/stream-sources/$1/' },
    },
    {
      name: 'config-is-read-at-the-top',
      comment: 'Take the values as parameters: only the assembly and the commands see the Config.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/(?:config|cli)/', '^src/config\\.ts$', assembly] },
      to: { path: '^src/config(?:/|\\.ts$)' },
    },
    {
      name: 'config-has-one-door',
      comment: 'Import src/config.ts, which exports what others may use.',
      severity: 'error',
      from: { path: '^(?:src|demo|bench)/', pathNot: ['^src/config/', '^src/config\\.ts$'] },
      to: { path: '^src/config/' },
    },
    {
      name: 'assembly-is-imported-from-above',
      comment: 'Take what you need as a parameter: only main.ts, the commands, benchmarks and tests start gateways.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/cli/', assembly] },
      to: { path: ['^src/(?:gateway|open-[a-z-]+)\\.ts$', '^src/cli/'] },
    },
    {
      name: 'client-commands-speak-to-a-gateway',
      comment: 'Ask through gateway-client.ts: these commands run beside a gateway, and have nothing but its API.',
      severity: 'error',
      from: { path: '^src/cli/client/' },
      to: { path: '^(?:src|demo)/', pathNot: '^src/(?:cli/client/|cli/output\\.ts$|domain/|lib/)' },
    },
    {
      name: 'nobody-imports-main',
      comment: 'main.ts is the process: what others need belongs into gateway.ts or a command.',
      severity: 'error',
      from: {},
      to: { path: '^src/main\\.ts$' },
    },
    {
      name: 'src-never-imports-test',
      comment: 'What both need belongs into src/; what only tests need stays in test/.',
      severity: 'error',
      from: { path: '^(?:src|demo)/' },
      to: { path: '^(?:test|bench)/' },
    },
    {
      name: 'demo-is-for-the-demo',
      comment: 'The sample registries stand in for real ones: only src/cli/demo.ts starts them.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/demo[a-z-]*\\.ts$' },
      to: { path: '^demo/' },
    },
    {
      name: 'demo-knows-the-domain-alone',
      comment: 'A sample registry that shares code with its client proves nothing: write it from the specification.',
      severity: 'error',
      from: { path: '^demo/' },
      to: { path: '^src/', pathNot: '^src/(?:domain|lib)/' },
    },
    {
      name: 'engines-of-the-store-have-one-door',
      comment: 'Take a Store (the port src/store/store.ts), which src/store/open-store.ts opens by its URL.',
      severity: 'error',
      from: { path: assembly },
      to: { path: '^src/store/', pathNot: '^src/store/(?:store|open-store)\\.ts$' },
    },
    {
      name: 'engines-of-the-store-do-not-know-each-other',
      comment: 'What both need belongs right into src/store/.',
      severity: 'error',
      from: { path: '^src/store/(sqlite|postgres)/' },
      to: { path: '^src/store/(?:sqlite|postgres)/', pathNot: '^src/store/$1/' },
    },
    ...packageRules,
    {
      name: 'no-dev-dependencies-at-run-time',
      comment: 'Move the package to dependencies, or the code to test/, bench/ or scripts/.',
      severity: 'error',
      from: { path: '^(?:src|demo)/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
