import { z } from 'zod';
import { shown } from './shown.ts';
import { address } from './values.ts';

/** The group `telemetry`: where traces go. */
export const telemetrySchema = z
  .strictObject({
    otlp: address().describe(
      'A collector that takes OTLP over HTTP, such as `http://collector:4318`; `/v1/traces` is added.',
    ),
    share: z
      .number({ error: (issue) => `is ${shown(issue.input)}: write a number from 0 to 1` })
      .min(0, { error: 'is below 0: write a number from 0 to 1' })
      .max(1, { error: 'is above 1: write a number from 0 to 1' })
      .describe('The share of operations that is traced, where the caller has not decided by `traceparent`.')
      .meta({ title: '0 to 1' })
      .prefault(1),
  })
  .describe('Traces of operations and of the requests that they lead to. Without it nothing is traced.');
