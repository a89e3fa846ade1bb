#!/usr/bin/env node
import { Command, InvalidArgumentError } from 'commander';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { addClientCommands } from './cli/client-commands.ts';
import { configCheck } from './cli/config-check.ts';
import { configSchema } from './cli/config-schema.ts';
import { demo } from './cli/demo.ts';
import { inspect } from './cli/inspect.ts';
import { serve } from './cli/serve.ts';
import type { Gateway } from './gateway.ts';
import { systemClock } from './lib/clock.ts';
import { createLog, type LogLevel } from './lib/log.ts';
import { oneLine } from './lib/one-line.ts';
import type { Outside } from './open-registries.ts';

/**
 * The process: arguments, environment, signals, exit codes. 0 well, 1 not found or refused, 2 wrong usage or configuration,
 * 3 failed.
 */
// V8 takes the many short-lived objects of answers for long-lived ones after a while and puts them where collecting them is
// dear. `npm run bench -- --only hot` shows what that costs.
setFlagsFromString('--no-allocation-site-pretenuring');

const output = { stdout: process.stdout, stderr: process.stderr };
const version = readVersion();

const program = new Command('tributary')
  .description("One GraphQL API over all of an organisation's container images")
  .version(version)
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .showHelpAfterError();

program
  .command('serve')
  .description('run the gateway')
  .option('-c, --config <file>', 'the configuration file', 'tributary.yaml')
  .action(async ({ config }: { config: string }) => {
    const serving = await serve(config, outside('info'), output);
    if (serving === undefined) process.exitCode = 2;
    else {
      process.on('SIGHUP', serving.lookAgain);
      stopOnSignals(serving);
    }
  });

program
  .command('demo')
  .description('run the gateway over sample registries, without any network')
  .option('-p, --port <number>', 'the port of the gateway; 0 for any', readPort, 4000)
  .action(async ({ port }: { port: number }) => {
    stopOnSignals(await demo(port, outside('warn'), output));
  });

const config = program.command('config').description('look at a configuration');
config
  .command('check')
  .description('say everything that is wrong with a configuration file')
  .argument('<file>')
  .action((file: string) => {
    process.exitCode = configCheck(file, output, process.env);
  });
config
  .command('schema')
  .description('print the JSON Schema of the configuration file')
  .action(() => {
    process.exitCode = configSchema(output);
  });

program
  .command('inspect')
  .description('show what a reference names, as skopeo inspect does')
  .argument('<reference>', 'as nginx, quay.io/org/app:1, app@sha256:…')
  .option(
    '-c, --config <file>',
    'the configuration; without one the host of the reference is asked with your own credentials',
  )
  .option('-o, --output <format>', 'text or json', 'text')
  .option(
    '--platform <os/arch[/variant]>',
    "of an index, the image for this platform; by default this machine's",
    hostPlatform(),
  )
  .option('--no-tags', 'do not list the tags of the repository')
  .option(
    '--plain-http',
    'ask the registry over plain http, which is tried anyway on this machine; only without a configuration',
    false,
  )
  .action(async (reference: string, options: InspectArguments) => {
    process.exitCode = await inspect(reference, options, outside('error'), output);
  });

addClientCommands(program, {
  output,
  isTerminal: process.stderr.isTTY,
  env: process.env,
  clock: systemClock,
  stopping: abortedBySignals,
  exit: (code) => {
    process.exitCode = code;
  },
});

// Whoever reads our answers may stop reading: head does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 3));

interface InspectArguments {
  readonly config?: string;
  readonly output: string;
  readonly platform: string;
  readonly tags: boolean;
  readonly plainHttp: boolean;
}

// The timers of the floors below do not keep a process alive; a command that still waits for a registry must stay.
const awake = setInterval(() => undefined, 60_000);
try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`tributary: ${oneLine(explain(error))}\n`);
  process.exitCode = 3;
} finally {
  clearInterval(awake);
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inUse = 'code' in error && error.code === 'EADDRINUSE';
  return inUse ? `${error.message}: choose another port, or end what listens there` : error.message;
}

function outside(level: LogLevel): Outside {
  return {
    env: process.env,
    home: homeFolder(),
    log: createLog({ level: logLevel() ?? level }),
    userAgent: `tributary/${version}`,
  };
}

/** None where HOME is not set and the user, whom a cluster chose, is in no passwd file. */
function homeFolder(): string | undefined {
  try {
    return homedir();
  } catch {
    return undefined;
  }
}

function logLevel(): LogLevel | undefined {
  const level = process.env['LOG_LEVEL'];
  return (['debug', 'info', 'warn', 'error', 'silent'] as const).find((known) => known === level);
}

/** The first signal lets what is under way end; a second one does not wait. */
function stopOnSignals(gateway: Pick<Gateway, 'stop'>): void {
  let isStopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (isStopping) process.exit(3);
      isStopping = true;
      gateway.stop().then(
        () => process.exit(0),
        () => process.exit(3),
      );
    });
  }
}

/** Aborted by the first signal; a second one does not wait. */
function abortedBySignals(): AbortSignal {
  const stopping = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping.signal.aborted) process.exit(3);
      stopping.abort();
    });
  }
  return stopping.signal;
}

function readPort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError('a port is a number from 0 to 65535');
}

/** Images are built for Linux, wherever they are looked at from; the processor is this machine's. */
function hostPlatform(): string {
  const architecture = { x64: 'amd64', ia32: '386' }[process.arch as string] ?? process.arch;
  return `linux/${architecture}`;
}

/** From package.json, which stands above `src/` and above `dist/src/`. */
function readVersion(): string {
  for (const above of ['../package.json', '../../package.json']) {
    try {
      const { version } = JSON.parse(readFileSync(new URL(above, import.meta.url), 'utf8')) as { version: string };
      return version;
    } catch {
      continue;
    }
  }
  return 'unknown';
}
