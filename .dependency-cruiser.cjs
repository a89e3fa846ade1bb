/**
 * Imports go down only: main, gateway > server > graphql > images, access > cache, registries > transport > domain, lib.
 * Each comment says what to do instead.
 */

/** The npm packages that only some floors know: package pattern, the files that may, and why. */
const packages = [
  [
    'graphql|@apollo/[^/]+|@graphql-tools/[^/]+|graphql-ws',
    '^src/(?:graphql|server)/',
    'Answer with plain data of the domain and let src/graphql/ translate it.',
  ],
  ['dataloader', '^src/images/', 'Take a loader of src/images/, so that keys are grouped by registry in one place.'],
  ['undici', '^src/transport/', 'Ask through a Transport, which limits, redacts and authenticates.'],
  ['cockatiel', '^src/transport/', 'Retries and breakers are decorators of a Transport.'],
  [
    'lru-cache',
    '^src/(?:cache|transport|registries)/',
    'Facts are remembered in src/cache/, which wraps the Registry; below it only tokens and where a paging stands.',
  ],
  [
    'zod',
    '^src/(?:config|registries|transport/credentials)/',
    'Check what comes from outside where it comes in, and pass on the types of the domain.',
  ],
  ['yaml', '^src/(?:config|cli)/', 'Take the Config: only src/config/ reads the file.'],
  [
    'commander',
    '^src/(?:main\\.ts$|cli/)',
    'Take what you need as a parameter: only the command line knows its options.',
  ],
  ['pino', '^src/lib/log\\.ts$', 'Take a Log: src/lib/log.ts leaves secrets out.'],
  ['prom-client', '^src/(?:server/|gateway\\.ts$)', 'Offer a callback, as onExchange, and count in src/server/.'],
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
  ['cache', ['domain', 'lib'], 'The cache wraps the port src/domain/registry.ts, whatever adapter is behind it.'],
  ['access', ['domain', 'lib'], 'Access decides on names alone: pass names in.'],
  [
    'images',
    ['access', 'domain', 'lib'],
    'Take a Registry (the port) as a parameter instead of an adapter, transport or cache.',
  ],
  [
    'graphql',
    ['images', 'access', 'domain', 'lib'],
    'Resolvers call images/, which calls the port: put the work there.',
  ],
  [
    'server',
    ['graphql', 'access', 'domain', 'lib'],
    'The server frames what src/graphql/ answers; gateway.ts hands it what else it needs.',
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
      name: 'vendors-do-not-know-the-list',
      comment: 'The list imports the vendors, never the other way: take what you need as a parameter.',
      severity: 'error',
      from: { path: '^src/registries/[^/]+/' },
      to: { path: '^src/registries/index\\.ts$' },
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
