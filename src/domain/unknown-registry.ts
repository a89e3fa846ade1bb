import { GatewayError } from './errors.ts';
import { quote } from './quote.ts';

/** The failure of importing from a registry that is not configured, or is hidden: both are told in the same words. */
export function noRegistryToImportFrom(name: string): GatewayError {
  return new GatewayError('REGISTRY_UNKNOWN', `no registry ${quote(name)} is configured to import from`, {});
}
