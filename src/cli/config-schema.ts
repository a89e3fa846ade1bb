import { configJsonSchema } from '../config.ts';
import type { Output } from './output.ts';

/** Prints the JSON Schema of the configuration file. Returns the exit code, 0. */
export function configSchema(output: Output): number {
  output.stdout.write(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
  return 0;
}
