import type { RegistryName } from '../domain/reference.ts';
import type { Clock } from '../lib/clock.ts';
import { createSecret, type Secret } from '../lib/secret.ts';
import { watchFile } from '../lib/watched-file.ts';
import { authenticate, type Authentic, type Claim, type Stranger, type Verdict } from './authenticate.ts';
import { refused, type Headers, type NoHint, type Reading } from './delivery.ts';
import { formats, readDelivery, type WebhookFormat } from './formats.ts';
import { createReplays } from './replays.ts';
import { createShare } from './share.ts';
import { signatureWindowMs } from './standard-signature.ts';

/** A registry that may tell of its changes. */
export interface WebhookRegistry {
  readonly name: RegistryName;
  readonly aliases: readonly string[];
  /** Where it is reached: an origin. */
  readonly url: string;
  readonly webhook: { readonly format: WebhookFormat; readonly secretFile: string };
}

export interface InboxOptions {
  readonly clock: Clock;
  /** Deliveries that lead to a look at something that one registry may make at once, and per second after that. */
  readonly burst: number;
  readonly perSecond: number;
}

/** What became of a delivery whose body was read. */
export type Taken =
  | Stranger
  /** More than the registry's share; `retryAfterMs` until there is room. */
  | { readonly kind: 'flooded'; readonly retryAfterMs: number }
  | Reading;

/** What becomes of a delivery before its body is read. */
export type Admitted =
  | Stranger
  /** The secret cannot be read, for the reason `why`: nobody can prove anything. */
  | { readonly kind: 'unready'; readonly why: string }
  | { readonly kind: 'admitted'; readonly take: (body: Uint8Array) => Taken };

/** Where the deliveries of one registry come in. */
export interface Inbox {
  readonly registry: RegistryName;
  readonly admit: (claim: Claim) => Promise<Admitted>;
}

const rememberedDeliveries = 1_000;

/**
 * Authenticates deliveries and reads them. Those that lead to something are counted, so that strangers cannot use up a registry's
 * share. The secret is read again when its file changes.
 */
export function createInbox(registry: WebhookRegistry, { clock, burst, perSecond }: InboxOptions): Inbox {
  const { format, secretFile } = registry.webhook;
  const names = [registry.name, ...registry.aliases, new URL(registry.url).host];
  const file = watchFile(secretFile, readSecret, clock);
  const share = createShare({ burst, perSecond, clock });
  // A signature is good from the window before its time to the window after it.
  const replays = createReplays(rememberedDeliveries, 2 * signatureWindowMs, clock);

  function take(verdict: Exclude<Verdict, Stranger>, headers: Headers, bytes: Uint8Array): Taken {
    const sender: Stranger | Authentic = verdict.kind === 'signed' ? verdict.verify(bytes) : verdict;
    if (sender.kind === 'stranger') return sender;
    const { once } = sender;
    if (once !== undefined && replays.has(once)) return { kind: 'ignored', why: 'it was delivered before' };
    const body = parseJson(bytes);
    const reading = 'why' in body ? body : readDelivery(format, { headers, body: body.json, names });
    // Deliveries of no interest are free: Docker's registry sends one for each pull and blob, and goes on with the next
    // only once this one is taken.
    if (reading.kind !== 'hints') return reading;
    const retryAfterMs = share.take(reading.hints);
    if (retryAfterMs > 0) return { kind: 'flooded', retryAfterMs };
    if (once !== undefined) replays.add(once);
    return reading;
  }

  return {
    registry: registry.name,
    async admit(claim) {
      let secret: Secret | undefined;
      try {
        secret = await file.current();
      } catch (error) {
        return { kind: 'unready', why: `its file ${secretFile} cannot be read${codeOf(error)}` };
      }
      if (secret === undefined) return { kind: 'unready', why: `there is no file ${secretFile}` };
      if (secret.reveal() === '') return { kind: 'unready', why: `its file ${secretFile} is empty` };
      const verdict = authenticate(formats[format].proof, claim, secret, clock.now());
      if (verdict.kind === 'stranger') return verdict;
      return { kind: 'admitted', take: (bytes) => take(verdict, claim.headers, bytes) };
    },
  };
}

/** A line break at the end, which editors and `echo` write, is not part of a secret. */
function readSecret(bytes: Buffer): Secret {
  return createSecret(bytes.toString('utf8').replace(/\r?\n$/, ''));
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function parseJson(bytes: Uint8Array): { readonly json: unknown } | NoHint {
  try {
    return { json: JSON.parse(utf8.decode(bytes)) };
  } catch {
    return refused('it is not JSON');
  }
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? ` (${String(error.code)})` : '';
}
