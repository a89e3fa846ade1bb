import type { Proof } from './authenticate.ts';
import { refused, type Delivery, type ReadDelivery, type Reading } from './delivery.ts';
import { readDistribution } from './distribution.ts';
import { readDockerHub } from './docker-hub.ts';
import { readGeneric } from './generic.ts';
import { readGitHub } from './github.ts';
import { readHarbor } from './harbor.ts';
import { readQuay } from './quay.ts';
import { recognise } from './recognise.ts';

/** What a registry's webhook may be set to read, as the configuration says it. */
export type WebhookFormat = 'generic' | 'distribution' | 'docker-hub' | 'quay' | 'harbor' | 'github';

interface Format {
  readonly read: ReadDelivery;
  /** How a sender proves that it knows the secret; by the path every sender may. */
  readonly proof: Proof;
}

/** All formats: the only list of them. */
export const formats: Readonly<Record<WebhookFormat, Format>> = {
  generic: { read: readGeneric, proof: 'standard-signature' },
  distribution: { read: readDistribution, proof: 'authorization' },
  'docker-hub': { read: readDockerHub, proof: 'path' },
  quay: { read: readQuay, proof: 'path' },
  harbor: { read: readHarbor, proof: 'authorization' },
  github: { read: readGitHub, proof: 'hub-signature' },
};

const instead = 'send its changes in the generic format, or let its repositories be watched (watch.repositories)';

/** Reads a delivery in a format. One that is of another is refused, whatever could be read into it. */
export function readDelivery(format: WebhookFormat, delivery: Delivery): Reading {
  const sender = recognise(delivery.body);
  if (sender !== undefined && sender.format !== format) {
    const advice =
      sender.format === undefined ? `which no format reads: ${instead}` : `so set webhook.format: ${sender.format}`;
    return refused(`it is not of the format ${format}; it looks like what ${sender.name} sends, ${advice}`);
  }
  const reading = formats[format].read(delivery);
  if (reading.kind !== 'refused') return reading;
  return refused(`it cannot be read in the format ${format}: ${reading.why}`);
}
